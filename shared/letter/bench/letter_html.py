"""The letter by WeasyPrint: fonts and style sheet are read once."""

import html

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

import letter_text as t

STYLE = f"""
@font-face {{ font-family: Body; src: url("{(t.FONTS / "NotoSans-Regular.ttf").as_uri()}") }}
@font-face {{ font-family: Body; font-weight: bold; src: url("{(t.FONTS / "NotoSans-Bold.ttf").as_uri()}") }}
@page {{ size: A4; margin: 12mm 25mm 22mm; @bottom-left {{ content: "{t.FOOT}"; font: 8pt Body }} }}
body {{ font: 11pt/1.4 Body; margin: 0 }}
header {{ height: 28mm; border-bottom: 1pt solid #163e5c; color: #555 }}
header h1 {{ font-size: 17pt; color: #163e5c; float: left; margin: 8mm 0 0 }}
header p {{ font-size: 8.5pt; line-height: 1.35; text-align: right; margin: 0; float: right }}
address {{ font-style: normal; font-size: 10.5pt; line-height: 1.25; height: 40mm; padding-top: 16mm; box-sizing: border-box }}
h2 {{ font-size: 13pt; margin: 8mm 0 3mm }} p {{ margin: 0 0 8pt }} ul {{ margin: 0 0 8pt; padding-left: 19pt }} li {{ margin-bottom: 3pt }}
.ref {{ float: right; font-size: 9pt; color: #555 }} .signed {{ margin-top: 36pt }}
"""


class Setter:
    def __init__(self):
        self.fonts = FontConfiguration()
        self.style = CSS(string=STYLE, font_config=self.fonts)

    def pdf(self, name: str) -> bytes:
        e = html.escape
        text = (
            f"<html lang=en><head><title>{e(t.SUBJECT)}</title></head><body><header><h1>{e(t.PRACTICE)}</h1>"
            f"<p>{'<br>'.join(map(e, t.SITE))}</p></header><address>{'<br>'.join(map(e, [name, *t.ADDRESS]))}</address>"
            f"<p><span class=ref>{e(t.REFERENCE)}</span>{e(t.DATE)}</p><h2>{e(t.SUBJECT)}</h2>"
            + "".join(f"<p>{e(p)}</p>" for p in t.BEFORE)
            + "<ul>" + "".join(f"<li>{e(i)}</li>" for i in t.ITEMS) + "</ul>"
            + "".join(f"<p>{e(p)}</p>" for p in t.AFTER)
            + f"<p class=signed>{'<br>'.join(map(e, t.SIGNED))}</p></body></html>"
        )
        return HTML(string=text).write_pdf(stylesheets=[self.style], font_config=self.fonts)


if __name__ == "__main__":
    Setter().pdf("Ms Alexandra Papadopoulos")
    print(open("/proc/self/status").read())
