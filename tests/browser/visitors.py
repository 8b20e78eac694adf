"""Visitors with a browser: strangers, people with an account, and what they do."""

PASSWORD = "correct horse battery staple"
# As long as may be, without a place to break, and in both directions.
LONG_NAMES = {
    "ltr": "Wolfeschlegelsteinhausenbergerdorff-Wolfeschlegelsteinhausen",
    "rtl": "عبدالرحمنمحمدعبداللهالحسينيالهاشمي" + "ابن" * 8,
}
LOCALES = {"ltr": "en-US", "rtl": "ar-EG"}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/605"


def send(page, path, **fields):
    """Open *path*, fill in its form and send it, as a person does without looking."""
    page.goto(path)
    for name, text in fields.items():
        page.locator(f"main [name={name}]").first.fill(text)
    submit(page)


def submit(page):
    """Send the first form of the page's main part that has something to fill in."""
    form = page.locator("main form:has(input:visible, select:visible)").first
    press(page, form.locator("button[type=submit]").first)


def press(page, button):
    """Press a button that sends a form."""
    with page.expect_navigation():
        button.click()


def sign_up(page, name):
    send(page, "/sign-up", username=name, password=PASSWORD)


def sign_in(page, name, *, on="/sign-in"):
    send(page, on, username=name, password=PASSWORD)


def prefer(page, name):
    """Choose something other than the default wherever there is a choice."""
    page.goto("/preferences")
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=time_zone]").select_option("Asia/Tokyo")
    submit(page)


def refuse(page):
    """Send the page's form with what no field takes."""
    page.evaluate(FILL_IN_WRONG)
    submit(page)


FILL_IN_WRONG = """() => {
  for (const each of document.querySelectorAll("main details")) each.open = true;
  const inputs = "main input:not([type=hidden], [type=radio], [type=checkbox])";
  for (const each of document.querySelectorAll(inputs)) each.value = "\\u200b";
  for (const each of document.querySelectorAll("main select")) {
    each.add(new Option("", "?", true, true));
  }
}"""
