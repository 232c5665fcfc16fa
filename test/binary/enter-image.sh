#!/bin/sh
# As a container engine would: `enter-image.sh ROOT DATA ARGS…`, in mount and PID namespaces of its
# own (unshare). The root is read-only, DATA is the volume, the binary is PID 1 and not root.
set -eu
root=$1
data=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -o remount,ro,bind "$root"
mount --bind "$data" "$root/data"
# As ProcSubset=pid and ProtectProc=invisible of docs/deploy/zeues.service: less than an engine gives.
mount -t proc -o subset=pid,hidepid=invisible proc "$root/proc"
cd /
exec chroot --userspec=65532:65532 "$root" /zeues "$@"
