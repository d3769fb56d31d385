#!/usr/bin/env python3
"""Makes the PDFs of this folder. README.md says with which versions; a newer one gives other bytes of the same kind.

    corpus/pdf/make.py [NAME...]

Without names it makes all. Each producer is one function, and one that is not installed is told and left out.
"""
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE / "page.html"
SANS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
# What cannot be made the same twice otherwise.
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": "1767225600", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
LINES = (
    ("Espresso „Größe Süß“, 1 kg", "4", "96,00 €"),
    ("Café décaféiné, 500 g", "1", "15,00 €"),
    ("Summe / Total", "", "111,00 €"),
)
HEAD = "Rechnung 2026-0117"
PARTIES = ("Kaffeerösterei Böhm · Lange Gasse 7 · 1080 Wien", "Hôtel du Lac, 3 quai de la Gare, 74000 Annecy")
MADE = {}


def made(function):
    """A file of this folder, by the name of the function that makes its bytes."""
    MADE[function.__name__.replace("_", "-") + ".pdf"] = function
    return function


def run(*command, folder, result):
    subprocess.run([str(word) for word in command], cwd=folder, check=True, env=ENVIRONMENT | {"HOME": str(folder)},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    return (pathlib.Path(folder) / result).read_bytes()


# Producers.


@made
def libreoffice(folder):
    return run("soffice", "--headless", "--convert-to", "pdf:writer_web_pdf_Export", PAGE, folder=folder, result="page.pdf")


@made
def chromium(folder):
    return run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf=out.pdf",
               PAGE.as_uri(), folder=folder, result="out.pdf")


@made
def weasyprint(folder):
    import weasyprint as library
    return library.HTML(filename=str(PAGE)).write_pdf()


@made
def wkhtmltopdf(folder):
    return run("wkhtmltopdf", "-q", PAGE, "out.pdf", folder=folder, result="out.pdf")


@made
def latex(folder):
    rows = "".join(" & ".join(row).replace("€", "EUR") + r"\\" for row in LINES).replace("„", ",,").replace("“", "''")
    (pathlib.Path(folder) / "out.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\usepackage{lmodern}\begin{document}"
        rf"\section*{{{HEAD}}}{PARTIES[0].replace('·', ',')}\par {PARTIES[1]}\par"
        rf"\begin{{tabular}}{{lrr}}{rows}\end{{tabular}}\end{{document}}", encoding="utf-8")
    return run("pdflatex", "-interaction=batchmode", "out.tex", folder=folder, result="out.pdf")


@made
def ghostscript(folder):
    (pathlib.Path(folder) / "in.pdf").write_bytes(latex(folder))
    return run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", "-sOutputFile=gs.pdf", "in.pdf", folder=folder,
               result="gs.pdf")


@made
def typst(folder):
    import typst as library
    rows = ", ".join(f"[{cell}]" for row in LINES for cell in row)
    source = pathlib.Path(folder) / "in.typ"
    source.write_text(f'#set text(lang: "de")\n= {HEAD}\n{PARTIES[0]}\n\n{PARTIES[1]}\n#table(columns: 3, {rows})\n', "utf-8")
    return library.compile(str(source))


@made
def fpdf2(folder):
    import fpdf
    document = fpdf.FPDF()
    document.add_page()
    document.add_font("sans", fname=SANS)
    document.set_font("sans", size=11)
    for text in (HEAD, *PARTIES, *("   ".join(row) for row in LINES)):
        document.cell(text=text, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def drawn(folder, font="sans", draw=None, **options):
    """A page by ReportLab, with an embedded font unless another one is named; `draw` adds to it."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    pdfmetrics.registerFont(TTFont("sans", SANS))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1, **options)
    canvas.setTitle(HEAD)
    canvas.setFont(font, 12)
    texts = (HEAD, *PARTIES, *("   ".join(row) for row in LINES))
    for at, text in enumerate(texts):
        canvas.drawString(60, 780 - 20 * at, text)
    if draw:
        draw(canvas)
    canvas.save()
    return buffer.getvalue()


@made
def reportlab(folder):
    return drawn(folder)


NODE = """
const page = %s;
const fs = require('fs');
const font = fs.readFileSync(%s);
%s
"""
JSPDF = """
const { jsPDF } = require('jspdf');
const doc = new jsPDF({ compress: true });
doc.addFileToVFS('sans.ttf', font.toString('base64'));
doc.addFont('sans.ttf', 'sans', 'normal');
doc.setFont('sans');
page.forEach((text, at) => doc.text(text, 20, 20 + 10 * at));
fs.writeFileSync('out.pdf', Buffer.from(doc.output('arraybuffer')));
"""
PDFKIT = """
const PDFDocument = require('pdfkit');
const doc = new PDFDocument({ info: { CreationDate: new Date(1767225600000) } });
doc.pipe(fs.createWriteStream('out.pdf'));
doc.font(%s);
page.forEach(text => doc.text(text));
doc.end();
"""
PDFLIB = """
const { PDFDocument, StandardFonts } = require('pdf-lib');
(async () => {
  const doc = await PDFDocument.create();
  const date = new Date(1767225600000);
  doc.setCreationDate(date); doc.setModificationDate(date);
  const helvetica = await doc.embedFont(StandardFonts.Helvetica);
  const sheet = doc.addPage();
  page.forEach((text, at) => sheet.drawText(text, { x: 50, y: 700 - 20 * at, size: 12, font: helvetica }));
  fs.writeFileSync('out.pdf', await doc.save());
})();
"""


def node(folder, program):
    import json
    texts = [HEAD, *PARTIES, *("   ".join(row) for row in LINES)]
    source = NODE % (json.dumps(texts, ensure_ascii=False), json.dumps(SANS), program)
    (pathlib.Path(folder) / "in.js").write_text(source, "utf-8")
    return run("node", "in.js", folder=folder, result="out.pdf")


@made
def jspdf(folder):
    return node(folder, JSPDF)


@made
def pdfkit(folder):
    return node(folder, PDFKIT % repr(SANS))


@made
def pdf_lib_font_not_embedded(folder):
    return node(folder, PDFLIB)


# What is lacking on purpose; each is the page by ReportLab with one change.


def changed(folder, change, draw=None, **save):
    import pikepdf
    document = pikepdf.open(io.BytesIO(drawn(folder, draw=draw)))
    change(document, pikepdf)
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id="encryption" not in save, **save)
    return buffer.getvalue()


def image(canvas, mode="RGB", **options):
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    colour = {"RGB": (10, 80, 104), "CMYK": (200, 40, 0, 90), "RGBA": (10, 80, 104, 128)}[mode]
    canvas.drawImage(ImageReader(Image.new(mode, (16, 16), colour)), 450, 760, 60, 60, **options)


@made
def font_not_embedded(folder):
    return drawn(folder, font="Helvetica")


@made
def cmyk(folder):
    return drawn(folder, draw=lambda canvas: (canvas.setFillColorCMYK(1, 0.2, 0, 0.3), canvas.rect(60, 600, 100, 20, fill=1)))


@made
def cmyk_image(folder):
    return drawn(folder, draw=lambda canvas: image(canvas, "CMYK"))


@made
def cmyk_never_painted(folder):
    return drawn(folder, draw=lambda canvas: canvas.setFillColorCMYK(1, 0.2, 0, 0.3))


@made
def font_invisible(folder):
    def draw(canvas):
        text = canvas.beginText(60, 500)
        text.setFont("Helvetica", 10)
        text.setTextRenderMode(3)
        text.textLine("nobody sees this")
        canvas.drawText(text)
    return drawn(folder, draw=draw)


@made
def javascript(folder):
    def change(document, pdf):
        action = pdf.Dictionary(S=pdf.Name.JavaScript, JS="app.alert('Guten Tag')")
        document.Root.OpenAction = action
        tree = pdf.Dictionary(Names=pdf.Array([pdf.String("greeting"), document.make_indirect(action)]))
        document.Root.Names = pdf.Dictionary(JavaScript=tree)
        document.Root.AA = pdf.Dictionary(WP=action)
        document.pages[0].AA = pdf.Dictionary(O=action)
    return changed(folder, change)


@made
def empty_password(folder):
    import pikepdf
    return changed(folder, lambda document, pdf: None, encryption=pikepdf.Encryption(owner="owner", user="", R=4))


@made
def user_password(folder):
    import pikepdf
    return changed(folder, lambda document, pdf: None, encryption=pikepdf.Encryption(owner="owner", user="user", R=4))


def lzw_packed(data):
    """LZW as PDF wants it: each byte as it is, between codes that clear the table before it grows a bit."""
    bits, count = 0, 0
    for at, byte in enumerate(data):
        codes = (256, byte) if at % 200 == 0 else (byte,)
        for code in codes:
            bits, count = bits << 9 | code, count + 9
    bits, count = bits << 9 | 257, count + 9
    padding = -count % 8
    return (bits << padding).to_bytes((count + padding) // 8, "big")


@made
def lzw(folder):
    def change(document, pdf):
        content = document.pages[0].Contents
        content.write(lzw_packed(content.read_bytes()), filter=pdf.Name.LZWDecode)
    return changed(folder, change, compress_streams=False, recompress_flate=False,
                   stream_decode_level=__import__("pikepdf").StreamDecodeLevel.none)


@made
def transparency(folder):
    def draw(canvas):
        canvas.setFillAlpha(0.4)
        canvas.rect(60, 600, 100, 20, fill=1)
        canvas.setFillAlpha(1)
        image(canvas, "RGBA", mask="auto")
    return drawn(folder, draw=draw)


@made
def interpolate(folder):
    def change(document, pdf):
        for drawing in document.pages[0].get_images().values():
            drawing.Interpolate = True
    return changed(folder, change, draw=image)


def annotation(pdf, kind, at, **keys):
    keys = {"Type": pdf.Name.Annot, "Subtype": pdf.Name("/" + kind), "Rect": pdf.Array([60, at, 200, at + 20])} | keys
    return pdf.Dictionary(**keys)


@made
def jpeg_2000_two_channels(folder):
    """Grey with transparency in one file: PDF/A knows one, three or four channels."""
    def change(document, pdf):
        from PIL import Image
        buffer = io.BytesIO()
        Image.new("LA", (16, 16), (80, 128)).save(buffer, "JPEG2000")
        picture = document.make_stream(buffer.getvalue(), Type=pdf.Name.XObject, Subtype=pdf.Name.Image, Width=16, Height=16,
                                       Filter=pdf.Name.JPXDecode)
        document.pages[0].Resources.XObject = pdf.Dictionary(Im=picture)
        document.pages[0].contents_add(b"q 60 0 0 60 450 700 cm /Im Do Q")
    return changed(folder, change)


def painted(document, pdf, spaces, content, **states):
    resources = document.pages[0].Resources
    resources.ColorSpace = pdf.Dictionary(**spaces)
    resources.ExtGState = pdf.Dictionary(**states)
    document.pages[0].contents_add(content)


def ink(pdf, name, most):
    tint = pdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 1, 1], C1=[most, most, 0], N=1)
    return pdf.Array([pdf.Name.Separation, pdf.Name("/" + name), pdf.Name.DeviceRGB, tint])


@made
def inks(folder):
    """One ink is described in two ways, another one not at all."""
    def change(document, pdf):
        mixed = document.make_stream(b"{pop 1 exch 0 exch 1 exch pop}", FunctionType=4, Domain=[0, 1, 0, 1], Range=[0, 1] * 3)
        together = pdf.Array([pdf.Name.DeviceN, pdf.Array([pdf.Name.Silver, pdf.Name.Cyan]), pdf.Name.DeviceRGB, mixed])
        painted(document, pdf, {"A": ink(pdf, "Gold", 1), "B": ink(pdf, "Gold", 0.5), "C": together},
                b"/A cs 1 scn 60 600 50 20 re f /B cs 1 scn 60 570 50 20 re f /C cs 1 1 scn 60 540 50 20 re f")
    return changed(folder, change)


@made
def overprint(folder):
    """CMYK of a profile in overprint mode 1. The profile says what it is and nothing more."""
    def change(document, pdf):
        head = bytearray((HERE / "../../src/pdf/archive/icc/sRGB-v2-magic.icc").read_bytes()[:128])
        head[12:20] = b"prtrCMYK"
        profile = document.make_stream(bytes(head) + bytes(4), N=4)
        painted(document, pdf, {"P": pdf.Array([pdf.Name.ICCBased, profile])}, b"/O gs /P cs 1 0 0 0 scn 60 600 50 20 re f",
                O=pdf.Dictionary(op=True, OPM=1))
    return changed(folder, change)


@made
def beyond_limits(folder):
    """A number, a name and a text that no reader must take."""
    def change(document, pdf):
        content = b"2147483648 w /" + b"n" * 130 + b" BMC EMC /S <</A <414> /B (" + b"t" * 40000 + b")>> BDC EMC"
        document.pages[0].contents_add(content)
    return changed(folder, change)


METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:own="http://example.org/own/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title>Rechnung</dc:title><dc:creator><rdf:Bag><rdf:li>Böhm</rdf:li></rdf:Bag></dc:creator>
<xmp:CreateDate>D:20260117120000+01'00'</xmp:CreateDate><xmp:ModifyDate>gestern</xmp:ModifyDate><xmp:Rating>gut</xmp:Rating>
<pdf:Trapped>Unknown</pdf:Trapped><xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:changed="/"/></rdf:Seq></xmpMM:History>
<own:number>7</own:number><own:parts rdf:parseType="Resource"><own:first>1</own:first></own:parts>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Own</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://example.org/own/</pdfaSchema:namespaceURI><pdfaSchema:prefix>own</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>number</pdfaProperty:name>
<pdfaProperty:valueType>Number</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag>
</pdfaExtension:schemas></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@made
def metadata(folder):
    """Values that are none of their type, a description that is not whole; those of the page go as they are."""
    def change(document, pdf):
        for part in document.Root, document.pages[0]:
            part.Metadata = document.make_stream(METADATA.encode(), Type=pdf.Name.Metadata, Subtype=pdf.Name.XML)
    return changed(folder, change)


def encoded(folder, direction, ordering):
    """The page by PDFKit, whose encoding is embedded: the direction that its dictionary states, and its collection."""
    import pikepdf as pdf
    document = pdf.open(HERE / "pdfkit.pdf")
    font = next(font for font in document.pages[0].Resources.Font.values() if font.Subtype == pdf.Name.Type0)
    table = (f"/CIDSystemInfo 3 dict dup begin /Registry (Adobe) def /Ordering ({ordering}) def /Supplement 0 def end def\n"
             "/CMapName /Own def /WMode 0 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
             "1 begincidrange <0000> <FFFF> 0 endcidrange")
    collection = pdf.Dictionary(Registry="Adobe", Ordering=ordering, Supplement=0)
    font.Encoding = document.make_stream(table.encode(), Type=pdf.Name.CMap, CMapName=pdf.Name.Own, WMode=direction,
                                         CIDSystemInfo=collection)
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


@made
def encoding_two_directions(folder):
    return encoded(folder, 1, "Identity")


@made
def encoding_other_collection(folder):
    return encoded(folder, 0, "Japan1")


@made
def annotations(folder):
    def change(document, pdf):
        add = document.make_indirect
        look = document.make_stream(b"0 0 1 rg 0 0 140 20 re f", Type=pdf.Name.XObject, Subtype=pdf.Name.Form,
                                    BBox=pdf.Array([0, 0, 140, 20]))
        link = pdf.Dictionary(S=pdf.Name.URI, URI="https://example.org/")
        launch = pdf.Dictionary(S=pdf.Name.Launch, F="calc.exe")
        document.pages[0].Annots = pdf.Array([
            add(annotation(pdf, "Link", 560, A=link)),
            add(annotation(pdf, "Link", 530, A=launch, F=0)),
            add(annotation(pdf, "Square", 500, F=2, AP=pdf.Dictionary(N=look))),
            add(annotation(pdf, "Square", 470, F=256, AP=pdf.Dictionary(N=look, D=look, R=look))),
        ])
    return changed(folder, change)


@made
def annotation_without_appearance(folder):
    def change(document, pdf):
        note = annotation(pdf, "Text", 560, F=4, Contents="Bitte bis Freitag")
        document.pages[0].Annots = pdf.Array([document.make_indirect(note)])
    return changed(folder, change)


@made
def form(folder):
    def change(document, pdf):
        font = next(iter(document.pages[0].Resources.Font.values()))
        field = document.make_indirect(annotation(
            pdf, "Widget", 560, FT=pdf.Name.Tx, T="order", DA="/F1 10 Tf 0 g", F=4,
            AA=pdf.Dictionary(K=pdf.Dictionary(S=pdf.Name.JavaScript, JS="1"))))
        document.pages[0].Annots = pdf.Array([field])
        document.Root.AcroForm = pdf.Dictionary(Fields=pdf.Array([field]), NeedAppearances=True, DA="/F1 10 Tf 0 g",
                                                DR=pdf.Dictionary(Font=pdf.Dictionary(F1=font)), XFA="<xdp/>")
    return changed(folder, change)


@made
def signed(folder):
    def change(document, pdf):
        signature = pdf.Dictionary(Type=pdf.Name.Sig, Filter=pdf.Name("/Adobe.PPKLite"),
                                   SubFilter=pdf.Name("/adbe.pkcs7.detached"), ByteRange=pdf.Array([0, 100, 200, 300]),
                                   Contents=pdf.String(bytes(64)))
        field = document.make_indirect(annotation(pdf, "Widget", 560, FT=pdf.Name.Sig, T="signature", F=132,
                                                  V=document.make_indirect(signature)))
        field.Rect = pdf.Array([0, 0, 0, 0])
        document.pages[0].Annots = pdf.Array([field])
        document.Root.AcroForm = pdf.Dictionary(Fields=pdf.Array([field]), SigFlags=3)
    return changed(folder, change)


@made
def layers(folder):
    def change(document, pdf):
        one, two = (document.make_indirect(pdf.Dictionary(Type=pdf.Name.OCG, Name=name)) for name in ("Logo", "Text"))
        switch = pdf.Dictionary(Event=pdf.Name.Print, Category=pdf.Array([pdf.Name.Print]), OCGs=pdf.Array([one]))
        document.Root.OCProperties = pdf.Dictionary(
            OCGs=pdf.Array([one, two]), D=pdf.Dictionary(Order=pdf.Array([one]), AS=pdf.Array([switch])))
    return changed(folder, change)


@made
def print_marks(folder):
    """What presses are told: halftones, transfer functions, a stand-in for another file."""
    def change(document, pdf):
        page = document.pages[0]
        function = pdf.Dictionary(FunctionType=2, Domain=pdf.Array([0, 1]), N=1)
        halftone = pdf.Dictionary(Type=pdf.Name.Halftone, HalftoneType=1, Frequency=60, Angle=45, SpotFunction=pdf.Name.Round,
                                  HalftoneName="Feinraster")
        page.Resources.ExtGState = pdf.Dictionary(G=pdf.Dictionary(TR=function, TR2=function, HT=halftone))
        for drawing in page.get_images().values():
            drawing.OPI = pdf.Dictionary()
            drawing.Alternates = pdf.Array([])
        page.contents_add(b"/G gs", prepend=True)
    return changed(folder, change, draw=image)


@made
def inherited_resources(folder):
    def change(document, pdf):
        page, form = document.pages[0], document.make_stream(
            b"BT /Used 10 Tf 60 450 Td (\x01) Tj ET", Type=pdf.Name.XObject, Subtype=pdf.Name.Form,
            BBox=pdf.Array([0, 0, 595, 842]))
        page.Resources.Font.Used = next(font for font in page.Resources.Font.values() if font.Subtype == "/TrueType")
        page.Resources.XObject = pdf.Dictionary(X=form)
        page.contents_add(b"/X Do")
        document.Root.Pages.Resources = page.Resources
        del page.Resources
    return changed(folder, change)


def claimed(folder, part, level):
    """A page that claims to be PDF/A of another part, and is."""
    def change(document, pdf):
        from PIL import ImageCms
        profile = document.make_stream((HERE / "../../src/pdf/archive/icc/sRGB-v2-magic.icc").read_bytes(), N=3)
        intent = pdf.Dictionary(Type=pdf.Name.OutputIntent, S=pdf.Name.GTS_PDFA1, OutputConditionIdentifier="sRGB",
                                DestOutputProfile=profile)
        document.Root.OutputIntents = pdf.Array([intent])
        del document.trailer["/Info"]
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = part, level
    options = {"object_stream_mode": __import__("pikepdf").ObjectStreamMode.disable}
    return changed(folder, change, force_version="1.4" if part == "1" else "1.7", **options)


@made
def pdfa_1b(folder):
    return claimed(folder, "1", "B")


@made
def pdfa_2b(folder):
    return claimed(folder, "2", "B")


@made
def pdfa_4_claimed(folder):
    return claimed(folder, "4", "F")


@made
def pdfa_3a_not_tagged(folder):
    """It claims level A and has no structure: it holds no more than U."""
    return claimed(folder, "3", "A")


@made
def pdfa_3a(folder):
    import typst as library
    source = pathlib.Path(folder) / "in.typ"
    source.write_text(f'#set document(title: "{HEAD}", date: datetime(year: 2026, month: 1, day: 1))\n#set text(lang: "de")\n'
                      f"= {HEAD}\n{PARTIES[0]}\n\n{PARTIES[1]}\n", "utf-8")
    return library.compile(str(source), pdf_standards=["a-3a"])


def main(names):
    for name in names or MADE:
        with tempfile.TemporaryDirectory() as folder:
            try:
                content = MADE[name](folder)
            except (ImportError, OSError, subprocess.SubprocessError) as problem:
                print(f"{name}: not made: {problem!r}")
                continue
        (HERE / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
