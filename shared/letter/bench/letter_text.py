"""The words of the letter (those of `plain` in examples/shared/letters.rs)."""

from pathlib import Path

FONTS = Path(__file__).parent.parent / "fonts"
PRACTICE = "Riverside Family Practice"
SITE = ["Marrickville", "Level 1, 214 Illawarra Road", "Marrickville NSW 2204", "(02) 5550 1234", "reception@riverside.example"]
ADDRESS = ["Unit 3, 17 Wattle Street", "MARRICKVILLE NSW 2204"]
DATE, REFERENCE = "14 March 2026", "Our ref: RFP-20417"
SUBJECT = "Your cervical screening test is due"
BEFORE = [
    "Dear Alexandra,",
    "Our records show that it is almost five years since your last cervical screening test, so your next one is now due. The test looks for human papillomavirus, a common infection that can, over many years, lead to changes in the cells of the cervix. Most people who have the virus never have any trouble from it, and a regular test is the best way to find the few who need care early, long before anything is felt. Having the test every five years is one of the simplest things you can do for your health.",
    "You can choose how you would like to have it. Dr Nguyen or one of our practice nurses can take the sample during a short appointment, or you can take it yourself, in private, with a small swab. Both ways are equally accurate. The appointment takes about fifteen minutes, and there is no cost to you with a Medicare card. Please tell us beforehand if you would like an interpreter, a longer appointment, or someone to be with you.",
    "To book, call us on (02) 5550 1234 or use the booking page on our website. When you come, please bring:",
]
ITEMS = [
    "your Medicare card and any concession card;",
    "a list of the medicines you take at present;",
    "the results of earlier tests, if you had them elsewhere;",
    "this letter, so that we can find your record quickly.",
]
AFTER = [
    "If you have had this test in the meantime, or have decided not to have it, please let us know, and we will not write to you about it again.",
    "Yours sincerely,",
]
SIGNED = ["Dr Mai Nguyen", "Riverside Family Practice"]
FOOT = "Riverside Family Practice · Marrickville · (02) 5550 1234"
