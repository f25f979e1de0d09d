"""The letter by ReportLab (platypus): fonts are registered once."""

import io

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, ListFlowable, ListItem, PageTemplate, Paragraph, Spacer
from xml.sax.saxutils import escape

import letter_text as t


class Setter:
    def __init__(self):
        pdfmetrics.registerFont(TTFont("Body", str(t.FONTS / "NotoSans-Regular.ttf")))
        pdfmetrics.registerFont(TTFont("BodyBold", str(t.FONTS / "NotoSans-Bold.ttf")))
        self.text = ParagraphStyle("text", fontName="Body", fontSize=11, leading=15.4, spaceAfter=8)
        self.item = ParagraphStyle("item", parent=self.text, spaceAfter=3)
        self.small = ParagraphStyle("small", parent=self.text, fontSize=8.5, leading=11.5, alignment=TA_RIGHT)
        self.address = ParagraphStyle("address", parent=self.text, fontSize=10.5, leading=13.1)
        self.subject = ParagraphStyle("subject", parent=self.text, fontName="BodyBold", fontSize=13, leading=17)

    def page(self, canvas, _):
        canvas.setFillColor(HexColor("#163e5c"))
        canvas.setFont("BodyBold", 17)
        canvas.drawString(25 * mm, A4[1] - 27 * mm, t.PRACTICE)
        canvas.line(25 * mm, A4[1] - 40 * mm, 185 * mm, A4[1] - 40 * mm)
        canvas.setFont("Body", 8.5)
        for nth, line in enumerate(t.SITE):
            canvas.drawRightString(185 * mm, A4[1] - 16 * mm - nth * 11.5, line)
        canvas.setFont("Body", 8)
        canvas.drawString(25 * mm, 12 * mm, t.FOOT)
        canvas.setFont("Body", 9)
        canvas.drawRightString(185 * mm, A4[1] - 90 * mm, t.REFERENCE)

    def pdf(self, name: str) -> bytes:
        out = io.BytesIO()
        document = BaseDocTemplate(out, pagesize=A4, title=t.SUBJECT)
        frame = Frame(25 * mm, 20 * mm, 160 * mm, 225 * mm, 0, 0, 0, 0)
        document.addPageTemplates([PageTemplate(frames=[frame], onPage=self.page)])
        flow = [Paragraph("<br/>".join(map(escape, [name, *t.ADDRESS])), self.address), Spacer(1, 14 * mm)]
        flow += [Paragraph(escape(t.DATE), self.text), Paragraph(escape(t.SUBJECT), self.subject)]
        flow += [Paragraph(escape(p), self.text) for p in t.BEFORE]
        flow.append(ListFlowable([ListItem(Paragraph(escape(i), self.item)) for i in t.ITEMS], bulletType="bullet", start="•"))
        flow += [Paragraph(escape(p), self.text) for p in t.AFTER]
        flow += [Spacer(1, 30), Paragraph("<br/>".join(map(escape, t.SIGNED)), self.text)]
        document.build(flow)
        return out.getvalue()


if __name__ == "__main__":
    Setter().pdf("Ms Alexandra Papadopoulos")
    print(open("/proc/self/status").read())
