// Show new mail without reloading: the server sends the whole list as HTML that it has escaped.
const list = document.getElementById("mails");
let shown = "";

async function refresh() {
  try {
    const answer = await fetch("/inbox/list");
    const html = await answer.text();
    if (answer.ok && html !== shown) {
      list.innerHTML = shown = html;
    }
    document.body.classList.remove("offline");
  } catch {
    document.body.classList.add("offline"); // the run was stopped; go on when it is back
  }
  setTimeout(refresh, 1000);
}

refresh();
