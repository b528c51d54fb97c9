// Sends forms with Formspree's own client, as it is published, and prints what that made of each answer.
// node formspree.cjs API_URL < [{"form": "demo", "data": {...}, "as_form_data": true}, ...]

const { createClient } = require("@formspree/core");
const { readFileSync } = require("node:fs");

const endpoint = process.argv[2];

function sent({ data, as_form_data }) {
  if (!as_form_data) return data;
  const form = new FormData();
  for (const [name, value] of Object.entries(data)) form.append(name, value);
  return form;
}

async function main() {
  const client = createClient();
  for (const each of JSON.parse(readFileSync(0, "utf8"))) {
    const result = await client.submitForm(each.form, sent(each), { endpoint });
    const told = result.kind === "success"
      ? { kind: result.kind, next: result.next }
      : { kind: result.kind, form: result.getFormErrors(), fields: result.getAllFieldErrors() };
    console.log(JSON.stringify(told));
  }
}

main();
