/** The compose file that ships, read: there is no container engine where ZEUES is tested. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { readConfig, VARIABLE_NAMES } from "../../src/config.ts";

const DEPLOY = join(import.meta.dir, "../../docs/deploy");

test("the compose file names only variables that there are, pins its images and keeps Redis safe", async () => {
  const text = await Bun.file(join(DEPLOY, "compose.yaml")).text();
  const compose = Bun.YAML.parse(text) as {
    readonly services: Readonly<
      Record<
        string,
        {
          readonly image?: string;
          readonly command?: readonly string[];
          readonly environment?: Readonly<Record<string, string>>;
          readonly ports?: readonly string[];
          readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>>;
        }
      >
    >;
  };
  const services = Object.entries(compose.services);
  const names = services.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
  for (const name of names) expect(VARIABLE_NAMES).toContain(name as never);
  for (const [, { image }] of services) if (image) expect(image).toMatch(/:\d+\.\d+/);
  // The one door, and the one proxy that is believed.
  expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(["nginx"]);
  const proxy = compose.services.nginx?.networks?.default?.ipv4_address ?? "";
  const { ZEUES_TRUSTED_PROXY = "" } = compose.services["zeues-1"]?.environment ?? {};
  expect(ZEUES_TRUSTED_PROXY).toBe(proxy);
  const { trustedProxy } = readConfig({ ZEUES_TRUSTED_PROXY });
  expect(trustedProxy?.check(proxy, "ipv4")).toBe(true);
  expect(trustedProxy?.check("172.30.68.1", "ipv4")).toBe(false);
  const redis = compose.services.redis?.command?.join(" ") ?? "";
  expect(redis).toContain("--appendonly yes");
  expect(redis).toContain("--maxmemory-policy noeviction");
  const conf = await Bun.file(join(DEPLOY, "nginx.conf")).text();
  for (const [name] of services.filter(([one]) => one.startsWith("zeues-"))) {
    expect(conf).toContain(`server ${name}:3000`);
  }
});
