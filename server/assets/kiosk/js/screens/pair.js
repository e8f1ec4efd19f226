// A screen of another computer that its owner has not paired yet: it sells nothing, and asks for the code that
// `boothpay booth pair` prints.

import { pairByCode } from "../api.js";
import { keypad } from "../keypad.js";
import { go, screen } from "../screens.js";

async function ask(typed, stay) {
  try {
    await pairByCode(typed);
    return stay.over ? null : go("start");
  } catch (refusal) {
    return refusal.status === 401 ? "wrong" : refusal.status === 429 ? "often" : "offline";
  }
}

const pad = keypad("pair", { ask });

screen("pair", { enter: pad.enter, render: pad.render });
