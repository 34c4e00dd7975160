// A row of photos to choose from: `data` is {photos: [{name, icon}], chosen}, by index. It reports `choice`,
// {index, at}: with the time, lest a second click on a photo equal the first, of which the server has forgotten.

export default function ({ data, parentElement, setStateValue }) {
  const strip = parentElement.querySelector(".strip");
  const buttons = data.photos.map(({ name, icon }, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", index === data.chosen);
    // Numbered, because two photos may have the same name.
    const label = `${index + 1} · ${name}`;
    button.title = label;
    const picture = document.createElement("img");
    picture.src = icon;
    picture.alt = "";
    const words = document.createElement("span");
    words.textContent = label;
    button.append(picture, words);
    button.onclick = () => setStateValue("choice", { index, at: Date.now() });
    return button;
  });
  const focused = strip.getRootNode().activeElement;
  const at = [...strip.children].indexOf(focused);
  strip.replaceChildren(...buttons);
  buttons[at]?.focus();
}
