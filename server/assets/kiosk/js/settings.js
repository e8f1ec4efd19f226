// What the server wrote into the page: the booth's settings and the words in every language.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const settings = read("settings");
export const texts = read("texts");
