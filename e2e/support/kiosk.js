// The booth's screen as a customer uses it, and the payer's phone.

import assert from "node:assert/strict";

/** Longer than any of the screen's own waits within one step, and still far from a customer's patience. */
const PHONE_MS = 15_000;

/** After this much silence the page asks by itself. */
const SILENCE_SECONDS = 16;

/** For so long after a change of its buttons the page takes no press. */
const SETTLE_SECONDS = 0.5;

const BOOTH_API = "**/api/booth/**";

export class Kiosk {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  part(name) {
    return this.page.getByTestId(name);
  }

  /** Presses as somebody does who has looked at the screen first. */
  async press(name) {
    // A button that comes up meanwhile takes no press at once: it is looked at first.
    await this.part(name).waitFor();
    await this.settled();
    await this.part(name).click();
  }

  async settled() {
    if (await this.page.evaluate(() => "settling" in document.body.dataset)) await this.wait(SETTLE_SECONDS);
  }

  text(name) {
    return this.part(name).innerText();
  }

  /** Waits for a screen. */
  async screen(name, options) {
    await this.page.locator(`body[data-screen="${name}"]`).waitFor(options);
  }

  /** Waits for a phase of the payment screen. */
  async phase(name) {
    await this.page.locator(`body[data-screen="payment"][data-phase="${name}"]`).waitFor();
  }

  /** Waits until the page is, or was, in a phase that may be over before anybody looks. */
  async passed(phase) {
    await this.page.locator(`body[data-passed~="${phase}"]`).waitFor();
  }

  /** Waits until the page knows of the payment. The screens that follow leave by themselves, so any of them will do. */
  async knowsOfPayment() {
    const screens = ["paid", "printing", "thanks"].map((name) => `[data-screen="${name}"]`);
    await this.page.locator(`body:is(${screens})`).waitFor();
  }

  async says(name, words) {
    await this.part(name).filter({ hasText: words }).waitFor();
  }

  async isHidden(name) {
    await this.part(name).waitFor({ state: "hidden" });
  }

  async speak(language) {
    await this.press(`lang-${language}`);
    await this.page.locator(`html[lang="${language}"]`).waitFor();
  }

  language() {
    return this.page.evaluate(() => document.documentElement.lang);
  }

  /** Moves the page's clock: what the page would do meanwhile, it does now. */
  async wait(seconds) {
    const ms = seconds * 1000;
    await this.page.evaluate((by) => {
      window.move = new Promise((ended) => {
        window.endMove = () => {
          window.ahead += by;
          ended();
        };
      });
    }, ms);
    await this.page.clock.fastForward(ms);
    // A page that loads itself anew meanwhile begins with its clock moved.
    await this.page.evaluate(() => window.endMove?.()).catch((error) => {
      if (!String(error).includes("Execution context was destroyed")) throw error;
    });
  }

  /** From the start to the code, in as many presses as a customer needs. */
  async order(copies = 1) {
    await this.press("start-button");
    for (let n = 1; n < copies; n += 1) await this.press("copies-plus");
    await this.press("copies-pay");
    await this.phase("waiting");
    await this.part("qr").waitFor();
    const number = await this.number();
    // From here on every change is pushed.
    await this.page.waitForFunction((expected) => window.heard === expected, number);
    return number;
  }

  async number() {
    return (await this.text("order-number")).replace(/\s/g, "");
  }

  /** The payer opens the link of the code on the screen. */
  async phone() {
    const [page] = await Promise.all([this.page.context().waitForEvent("page"), this.press("pay-link")]);
    return new Phone(page);
  }

  /** Pays without an app, as development mode allows. */
  async payWithoutApp(number) {
    const headers = { "Content-Type": "application/json" };
    const url = new URL(`/api/test-payment/${number}`, this.url);
    const answer = await fetch(url, { method: "POST", headers, body: "{}" });
    assert.equal(answer.status, 200);
  }

  /** Moves a clock that stands still, step by step, until the receipt is printed. */
  async receiptCame() {
    for (let steps = 0; steps < 100; steps += 1) {
      if (await this.page.evaluate(() => window.receipts.length === 1)) return;
      await this.page.clock.runFor(10);
    }
    throw new Error("no receipt comes out");
  }

  async typeNumber(number) {
    for (const character of number) await this.press(`key-${character}`);
    await this.press("claim-check");
  }

  /** As with a pulled cable: the stream stays open and silent, and the cross-check of a silent stream finds out. */
  async loseServer() {
    await this.page.route(BOOTH_API, (route) => route.abort());
    const offline = this.page.locator('body[data-phase="offline"]');
    for (let tries = 0; tries < 3; tries += 1) {
      await this.wait(SILENCE_SECONDS);
      // A question asked before the cable was pulled may still be answered; then it takes one more silence.
      const found = await offline.waitFor({ timeout: 4_000 }).then(() => true, () => false);
      if (found) return;
    }
    throw new Error("the page does not notice that the server is gone");
  }

  async findServer() {
    await this.page.unroute(BOOTH_API);
  }

  /** What the server says of an order, whatever the page believes. */
  async snapshot(number) {
    const answer = await fetch(new URL(`/api/booth/orders/${number}`, this.url));
    assert.equal(answer.status, 200);
    return answer.json();
  }

  /** From now on the page hears this of its order, whatever the server says. */
  async pretend(change) {
    await this.page.evaluate((pretended) => {
      window.pretended = pretended;
      window.tellAgain();
    }, change);
  }
}

export class Phone {
  constructor(page) {
    this.page = page;
  }

  async screen(name) {
    await this.page.locator(`[data-testid="standin"][data-screen="${name}"]`).waitFor({ timeout: PHONE_MS });
  }

  async press(name) {
    await this.screen("ready");
    await this.page.getByTestId(name).click();
  }

  async pay() {
    await this.press("pay");
    await this.screen("paid");
  }

  async decline() {
    await this.press("decline");
    await this.screen("declined");
  }
}
