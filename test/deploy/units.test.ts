/** Units of systemd, compose files and the Dockerfile that ship, as far as no engine is needed. */
import { expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { VARIABLE_NAMES } from "../../src/config.ts";
import { tempFolder } from "../support/shop.ts";

const DEPLOY = join(import.meta.dir, "../../docs/deploy");
const UNITS = ["zeues.service", "zeues-backup.service", "zeues-backup.timer"];
const SERVICES = UNITS.filter((name) => name.endsWith(".service"));
/** Of 10; what is left is the network, AF_UNIX and AF_NETLINK, and the JIT's memory. */
const EXPOSURE_MAX = 1.5;
/** Longer than the server gives requests (STOP_MS) and stores together. */
const STOP_MIN_S = 10;

const textOf = (name: string): string => readFileSync(join(DEPLOY, name), "utf8");

test("systemd takes the units, and calls their services well kept", () => {
  using folder = tempFolder();
  for (const name of UNITS) {
    // It looks for the program too, which is not installed here.
    const text = textOf(name).replaceAll("/usr/local/bin/zeues", "/bin/true");
    writeFileSync(join(folder.path, name), text);
  }
  const paths = UNITS.map((name) => join(folder.path, name));
  const env = { ...process.env, SYSTEMD_LOG_LEVEL: "warning" };
  const verified = Bun.spawnSync(["systemd-analyze", "verify", "--man=no", ...paths], { env });
  expect([verified.exitCode, verified.stderr.toString()]).toEqual([0, ""]);
  const threshold = `--threshold=${EXPOSURE_MAX * 10}`;
  for (const name of SERVICES) {
    const command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", threshold];
    const { exitCode, stdout } = Bun.spawnSync([...command, join(folder.path, name)]);
    expect([name, exitCode, exitCode === 0 ? "" : stdout.toString()]).toEqual([name, 0, ""]);
  }
  // The same words find a unit that is not: the check looks.
  const open = join(folder.path, "open.service");
  copyFileSync(join(folder.path, "zeues.service"), open);
  writeFileSync(open, readFileSync(open, "utf8").replace(/^(Protect|System|Capab).*$/gm, ""));
  const loose = Bun.spawnSync(["systemd-analyze", "security", "--offline=yes", threshold, open]);
  expect(loose.exitCode).not.toBe(0);
});

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly [setting: string]: unknown;
}

test("every service of the compose files has a read-only root and no more rights than it needs", () => {
  for (const name of ["compose.yaml", "compose-one.yaml"]) {
    const { services } = Bun.YAML.parse(textOf(name)) as {
      readonly services: Readonly<Record<string, Service>>;
    };
    for (const [which, service] of Object.entries(services)) {
      expect([name, which, service]).toEqual([
        name,
        which,
        expect.objectContaining({
          read_only: true,
          cap_drop: ["ALL"],
          security_opt: ["no-new-privileges:true"],
          restart: "unless-stopped",
        }),
      ]);
      if (!which.startsWith("zeues")) continue;
      expect(service.stop_grace_period).toBe("15s");
      for (const variable of Object.keys(service.environment ?? {})) {
        expect(VARIABLE_NAMES).toContain(variable as never);
      }
    }
  }
});

test("whoever stops it waits longer than it needs", () => {
  const seconds = /^TimeoutStopSec=(\d+)s$/m.exec(textOf("zeues.service"))?.[1];
  expect(Number(seconds)).toBeGreaterThanOrEqual(STOP_MIN_S);
  const serve = readFileSync(join(import.meta.dir, "../../src/cli/serve.ts"), "utf8");
  const stopMs = /^const STOP_MS = ([\d_]+);$/m.exec(serve)?.[1]?.replaceAll("_", "");
  expect(Number(seconds) * 1_000).toBeGreaterThanOrEqual(2 * Number(stopMs));
});

test("the Dockerfile copies what there is, and pins what it starts from", () => {
  const root = join(import.meta.dir, "../..");
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
    names.split(" "),
  );
  expect(copied).toContain("src");
  for (const name of copied) {
    expect([name, Bun.spawnSync(["test", "-e", join(root, name)]).exitCode]).toEqual([name, 0]);
  }
  for (const [, image = ""] of text.matchAll(/^FROM (\S+)/gm)) {
    expect(image).toMatch(/^(scratch|[a-z]+:\d[\w.-]+)$/);
  }
  // By number: engines must be able to see that it is not root.
  expect(text).toMatch(/^USER 65532:65532$/m);
  expect(text).toMatch(/^ENTRYPOINT \["\/zeues"\]$/m);
});

test("the linter of Dockerfiles finds nothing in ours, and finds what is wrong", () => {
  const findings = (text: string) => validate(text).map(({ message }) => message);
  const text = readFileSync(join(DEPLOY, "../../Dockerfile"), "utf8");
  expect(findings(text)).toEqual([]);
  expect(findings(text.replace("ENTRYPOINT", "ENTRYPONT"))).not.toEqual([]);
});
