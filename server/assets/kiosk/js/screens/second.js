// Another window of this browser is the booth: this one begins by itself when that one is closed.

import { screen } from "../screens.js";

screen("second", { enter() {} });
