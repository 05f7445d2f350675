"""Make a C file of the page: its style and scripts put into it, and the whole
cut in two where the data goes. usage: embed.py OUT PAGE STYLE SCRIPT..."""

import base64
import hashlib
import sys


def read(path):
    with open(path, encoding="utf8") as f:
        return f.read()


def literal(text):
    """The text as a C string, a line of it a line."""
    lines = []
    for line in text.splitlines(keepends=True):
        out = ""
        for byte in line.encode():
            char = chr(byte)
            if char in '"\\?':  # ? might begin a trigraph
                out += "\\" + char
            elif 32 <= byte < 127:
                out += char
            else:
                out += f"\\{byte:03o}"
        lines.append(f'\t"{out}"')
    return "\n".join(lines)


def digest(page):
    """Of the one script that the page may run: CSP level 3, 6.7.3.2."""
    script = page.split("<script>")[1].split("</script>")[0]
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def main():
    out, page, style, *scripts = sys.argv[1:]
    text = read(page)
    script = "".join(map(read, scripts))
    for part in (read(style), script):
        if "</s" in part or "<!--" in part:
            sys.exit("a style or script would end its element early")
    text = text.replace("@style@", read(style)).replace("@script@", script)
    text = text.replace("@hash@", digest(text))
    head, tail = text.split("@data@\n")
    with open(out, "w", encoding="ascii") as f:
        f.write('#include "report/html.h"\n\n')
        f.write(f"const char html_page_head[] =\n{literal(head)};\n\n")
        f.write(f"const char html_page_tail[] =\n{literal(tail)};\n")


main()
