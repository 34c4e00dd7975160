// Scrolls the page to its top when `data.what` changes; Streamlit would stay where the last button was.

export default function ({ data, parentElement }) {
  const before = parentElement.what;
  parentElement.what = data.what;
  if (before === undefined || before === data.what) return;
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
}
