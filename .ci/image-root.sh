#!/bin/sh
# Makes the root folder of the container image: the binary, the libraries of the C library that it
# is linked to, and a place for its data. `sh .ci/image-root.sh BINARY FOLDER`, on the same kind of
# machine as the binary is for. The Dockerfile copies what it makes; test/binary/image.test.ts
# enters it.
set -eu
binary=$1
root=$2
mkdir -p "$root/data" "$root/proc"
cp "$binary" "$root/zeues"
# `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, and the loader, which has no arrow.
ldd "$binary" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
# As `USER` of the Dockerfile. A new volume takes owner and mode from here.
chown 65532:65532 "$root/data"
chmod 700 "$root/data"
