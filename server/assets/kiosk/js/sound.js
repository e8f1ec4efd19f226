// Two short sounds, so that the screen is not the only sense: time is running out, and paid.

const TUNES = {
  warning: [[660, 0], [660, 0.22]],
  paid: [[523, 0], [659, 0.12], [784, 0.24]],
};

let context = null;

export function play(name) {
  // Before the first touch the browser allows no sound, and would only complain.
  if (!navigator.userActivation.hasBeenActive) return;
  try {
    context ??= new AudioContext();
    for (const [pitch, delay] of TUNES[name]) {
      const start = context.currentTime + delay;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.3);
    }
  } catch {
    // A booth without a sound card still sells.
  }
}
