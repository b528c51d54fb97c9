"""One example for each command, as it is typed: shown at the end of its help and after a mistyped command."""

from collections.abc import Mapping

VERA = "vera.lindqvist@havsvind.example"

EXAMPLES: Mapping[str, str] = {
    "run": "--port 4600",
    "status": "--stack-name leadbell",
    "doctor": "--stack-name leadbell",
    "test-alert": "--rep anna",
    "confirm": '"https://sns.eu-north-1.amazonaws.com/confirmation.html?TopicArn=ARN&Token=TOKEN"',
    "contact": VERA,
    "explain": f"{VERA} --at 2026-03-02",
    "add": f"{VERA} --how fair --asked demo",
    "import": 'contacts.csv --map "Mejl=email" --dry-run',
    "stage": f'{VERA} customer --owner anna --reason "Signed at the fair"',
    "sales": f"{VERA} rejected --reason timing --back-on 2027-03-01 --by anna",
    "reps add": "anna --email anna@example.com --countries SE,NO",
    "reps list": "",
    "reps remove": "anna",
    "adopt": (
        "--stack-name leadbell --table TABLE --asset-bucket BUCKET --attachment-bucket BUCKET --failure-bucket BUCKET"
    ),
    "forms check": "forms.yaml",
    "forms publish": "forms.yaml",
    "forms show": "",
    "forms unread": "",
    "forms history": "",
    "forms schema": "",
    "model check": "model.yaml --forms forms.yaml",
    "model diff": "model.yaml",
    "model publish": "model.yaml --by maja",
    "model show": "",
    "model history": "",
    "model held": "",
    "model schema": "",
    "quarantine list": "",
    "quarantine show": "c5333035",
    "quarantine release": "c5333035ca4f4598b173c13c259be398",
    "openapi": "--packaged",
    "consent": f"{VERA} --withdraw sales_contact --how phone",
    "objection": VERA,
    "suppress add": f"{VERA} --reason bounced",
    "suppress remove": VERA,
    "suppress show": VERA,
    "suppress count": "",
    "export": f"{VERA} --json vera.json",
    "erase": VERA,
    "privacy": "",
    "stale": "",
    "audit": f"--contact {VERA}",
    "reconcile": VERA,
    "redrive": "--dry-run",
    "keys list": "",
    "keys rotate": "--compromised",
}


def example(command: str) -> str:
    """The last line of a command's help."""
    return f"Example: leadbell {command} {EXAMPLES[command]}".rstrip()
