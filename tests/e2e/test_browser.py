"""A visitor and a rep, each with a real browser: the form on the website, the alert in the inbox."""

import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import Select, WebDriverWait

from cli.local.running import Running


def test_a_demo_request_on_the_website_is_an_alert_in_the_inbox(running: Running, browser: webdriver.Chrome) -> None:
    browser.get(running.addresses.site_url)
    form = browser.find_element(By.ID, "demo-form")
    typed = {
        "name": "Vera Lindqvist",
        "email": "vera.lindqvist@havsvind-browser.se",
        "company": "Havsvind <b>AB</b>",
        "job_title": "VP Operations",
        "message": "Two plants, 40 pumps.",
    }
    for name, text in typed.items():
        form.find_element(By.NAME, name).send_keys(text)
    for name, choice in {"company_size": "201-500", "country": "SE", "industry": "manufacturing"}.items():
        Select(form.find_element(By.NAME, name)).select_by_value(choice)

    sent_at = time.monotonic()
    form.find_element(By.TAG_NAME, "button").click()
    WebDriverWait(browser, 10).until(expected.url_contains("/thanks"))
    assert "thank" in browser.find_element(By.TAG_NAME, "body").text.lower()

    browser.get(running.addresses.inbox_url)
    about_her = (By.XPATH, "//article[contains(., 'vera.lindqvist@havsvind-browser.se')]")
    WebDriverWait(browser, 10, poll_frequency=0.1).until(expected.presence_of_element_located(about_her))
    seconds = time.monotonic() - sent_at

    (mail,) = browser.find_elements(*about_her)
    subject = mail.find_element(By.TAG_NAME, "h2").text
    assert subject.startswith("Sales lead A1: asked for a demo (SE, 201-500)")
    for reason in ("decision-maker", "in our market", "50-1,000 employees"):
        assert reason in mail.text
    assert not mail.find_elements(By.TAG_NAME, "b"), "what a visitor typed must stay text"
    assert seconds < 5
