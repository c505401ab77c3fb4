/** A person signs in with her organisation's account, in a real browser: to the hub's page and, as the owner, to her own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Apart, apart, type Serving, serve } from "../world/apart.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type OpenIdProvider,
  openIdProvider,
} from "../world/provider.ts";
import { accessible, launch, picture, there } from "./setup.ts";

const CITY = "IT-000001";
const GO = /Sign in with your organisation’s account/;

describe.skipIf(!there)("signing in with the organisation's account", () => {
  let world: Apart;
  let provider: OpenIdProvider;
  let node: Serving;
  let browser: Browser;
  beforeAll(async () => {
    [world, provider, browser] = [await apart(), await openIdProvider(), await launch()];
    await (await world.join(CITY))!.end();
    const file = join(world.state(CITY), "oidc.json");
    const roles = {
      asker: { claim: "groups", value: "tavolo-asks" },
      owner: { claim: "groups", value: "tavolo-owns" },
    };
    await writeFile(file, JSON.stringify({ issuer: provider.issuer, client: CLIENT_ID, roles }));
    process.env.OIDC_CLIENT_SECRET = CLIENT_SECRET;
    node = await serve(world.state(CITY), ["node", "--oidc", file]);
    provider.register(`${node.url}/desk/callback`);
  });
  afterAll(async () => {
    await browser?.close();
    await node?.end();
    await world?.close();
    await provider?.close();
  });

  /** A page of a browser of one's own, and every address that it fetched without going there. */
  async function opened(
    url: string,
    before = async (_: Page) => {},
  ): Promise<{ readonly page: Page; readonly fetched: string[] }> {
    const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
    await before(page);
    const fetched: string[] = [];
    page.on("request", (request) => {
      // the provider's own pages may fetch what they like
      if (!request.isNavigationRequest() && !request.frame().url().startsWith(provider.issuer))
        fetched.push(new URL(request.url()).origin);
    });
    await page.goto(url);
    return { page, fetched };
  }
  /** At the provider: its form, and its question whether Tavolo may know. */
  async function passProvider(page: Page, person: string): Promise<void> {
    await page.waitForURL(`${provider.issuer}/**`);
    await page.fill("input[name=login]", person);
    await page.fill("input[name=password]", "x");
    await page.click("button[type=submit]");
    await page.getByRole("button", { name: "Continue" }).click();
  }
  const keyIn = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<{ extractable: boolean; member: string } | undefined>((resolve) => {
          const request = indexedDB.open("tavolo", 1);
          request.onsuccess = () => {
            const got = request.result.transaction("session").objectStore("session").get("now");
            got.onsuccess = () =>
              resolve(
                got.result && {
                  extractable: got.result.key.privateKey.extractable,
                  member: got.result.member,
                },
              );
          };
        }),
    );

  test("at the hub's page: there and back, by steps of the browser alone; the key stays where no script can read it", async () => {
    const { page, fetched } = await opened(`${world.hub.url}/?lang=en`);
    const go = page.getByRole("button", { name: GO });
    await go.waitFor();
    await accessible(page, "sign-in with a desk");
    await picture(page, "sign-in-desk");
    await go.click();
    await passProvider(page, "anna.bianchi");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(page.url()).toBe(`${world.hub.url}/?lang=en`);
    expect(await keyIn(page)).toEqual({ extractable: false, member: CITY });
    expect(new Set(fetched.filter((origin) => origin.startsWith("http")))).toEqual(
      new Set([world.hub.url]),
    );
    // still signed in when the page is opened again, and not any more once signed out
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).click();
    await go.waitFor();
    expect(await keyIn(page)).toBeUndefined();
  });

  test("without the role: back at the page, with a sentence", async () => {
    const { page } = await opened(`${world.hub.url}/?lang=en`);
    await page.getByRole("button", { name: GO }).click();
    await passProvider(page, "nino.gallo");
    await page.getByRole("alert").filter({ hasText: "does not have the role" }).waitFor();
    expect(page.url()).toBe(`${world.hub.url}/?lang=en`);
    expect(await keyIn(page)).toBeUndefined();
  });

  test("a session that another browser signed in is not taken", async () => {
    const one = await opened(`${world.hub.url}/?lang=en`);
    let back = "";
    one.page.on("request", (request) => {
      if (request.isNavigationRequest() && request.url().includes("/desk/callback"))
        void request
          .response()
          .then(async (response) => (back = (await response?.headerValue("location")) ?? ""));
    });
    await one.page.getByRole("button", { name: GO }).click();
    await passProvider(one.page, "anna.bianchi");
    await one.page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(back).toContain("#session=");
    const { page } = await opened(back);
    await page.getByRole("alert").filter({ hasText: "Signing in did not work" }).waitFor();
    expect(await keyIn(page)).toBeUndefined();
    expect(page.url()).not.toContain("session=");
  });

  test("a session that ends while the page is open: signed out, and asked to sign in", async () => {
    const { page } = await opened(`${world.hub.url}/?lang=en`, (fresh) => fresh.clock.install());
    const go = page.getByRole("button", { name: GO });
    await go.click();
    await passProvider(page, "anna.bianchi");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.clock.fastForward("07:50:00");
    expect(await go.count()).toBe(0);
    await page.clock.fastForward("00:15:00");
    await go.waitFor();
    expect(await keyIn(page)).toBeUndefined();
  });

  test("the owner, at her own page: what she sees came by the browser's key, under the session", async () => {
    const owner = /owner {2}(http:\/\/127\.0\.0\.1:\d+)/.exec(node.said())![1]!;
    const { page, fetched } = await opened(`${owner}/?lang=en`);
    await page.getByRole("button", { name: GO }).click();
    await passProvider(page, "olga.neri");
    await page.waitForResponse(
      (response) => response.url() === `${owner}/v1/own/overview` && response.ok(),
    );
    expect(await keyIn(page)).toEqual({ extractable: false, member: CITY });
    expect(new Set(fetched.filter((origin) => origin.startsWith("http")))).toEqual(
      new Set([owner]),
    );
  });
});
