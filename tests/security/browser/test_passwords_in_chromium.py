"""What people do with passwords in a browser works."""

PASSWORD = "a password from a manager, with blanks"


def test_a_password_can_be_pasted(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"http://127.0.0.1:{site.port}/sign-up")
    page.get_by_label("User name").fill("pasting")
    page.evaluate("text => navigator.clipboard.writeText(text)", PASSWORD)

    page.get_by_label("Password", exact=True).focus()
    page.keyboard.press("Control+V")

    assert page.get_by_label("Password", exact=True).input_value() == PASSWORD
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign out").count() == 1
