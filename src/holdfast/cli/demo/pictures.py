"""Pictures of the sample community, drawn by chance within rules, with their descriptions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

WIDTH, HEIGHT = 1400, 940


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as SVG, and what it shows in words."""

    svg: str
    description: str

    def jpeg(self) -> bytes:
        """The picture as a camera would have sent it."""
        import pyvips  # type: ignore[import-untyped]  # 30 ms and a large library, for the sample alone

        image = pyvips.Image.svgload_buffer(self.svg.encode())
        data: bytes = image.flatten(background=[255, 255, 255]).jpegsave_buffer(Q=88)
        return data


@dataclass(frozen=True, slots=True)
class Sky:
    """Colours from top to horizon, in words, and the colours of hills before it."""

    words: str
    top: str
    low: str
    hills: tuple[str, ...]


SKIES = (
    Sky("a clear morning sky", "#8ec5f4", "#fdf3d8", ("#9cc08a", "#6fa36b", "#48794f")),
    Sky("an orange evening sky", "#5b6aa8", "#ffb37a", ("#8a6f8f", "#6a5577", "#46385a")),
    Sky("grey clouds", "#a9b4bf", "#e8ebe9", ("#93a79b", "#71897c", "#52685d")),
    Sky("a pink sky before sunrise", "#7c83c4", "#ffd3d0", ("#9a91b8", "#71709d", "#4d5180")),
    Sky("deep blue dusk", "#182848", "#6b86b8", ("#3c5378", "#2b3f60", "#1c2c46")),
)


def picture(topic: str, rng: random.Random) -> Drawing:
    """Draw something that goes with a topic."""
    return _SCENES[topic](rng)


def _page(parts: list[str], width: int = WIDTH, height: int = HEIGHT, defs: str = "") -> str:
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><defs>{defs}</defs>{body}</svg>'
    )


def _gradient(name: str, top: str, low: str) -> str:
    return (
        f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{top}"/><stop offset="1" stop-color="{low}"/></linearGradient>'
    )


def _sky(sky: Sky) -> tuple[str, str]:
    return f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#sky)"/>', _gradient("sky", sky.top, sky.low)


def _ridge(rng: random.Random, base: float, swing: float, colour: str) -> str:
    phases = [rng.uniform(0, 6.28) for _ in range(3)]
    points = []
    for x in range(0, WIDTH + 1, 20):
        y = base - swing * (
            math.sin(x / 260 + phases[0]) + 0.5 * math.sin(x / 120 + phases[1]) + 0.2 * math.sin(x / 50 + phases[2])
        )
        points.append(f"{x},{y:.0f}")
    return f'<polygon points="0,{HEIGHT} {" ".join(points)} {WIDTH},{HEIGHT}" fill="{colour}"/>'


def _circle(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}" fill="{fill}" {more}/>'


def _rect(x: float, y: float, w: float, h: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" fill="{fill}" {more}/>'


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float) -> str:
    return (
        f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{stroke}" '
        f'stroke-width="{width:.0f}" stroke-linecap="round"/>'
    )


def _hills(rng: random.Random, sky: Sky, base: float = 0.55) -> list[str]:
    return [
        _ridge(rng, HEIGHT * (base + 0.13 * place), HEIGHT * 0.07, colour) for place, colour in enumerate(sky.hills)
    ]


def _garden(rng: random.Random) -> Drawing:
    sky = rng.choice(SKIES[:4])
    ground, defs = _sky(sky)
    parts = [ground, _circle(rng.uniform(200, 1200), rng.uniform(120, 320), 70, "#fff2b8"), *_hills(rng, sky)]
    flowers = rng.randint(7, 16)
    colours = rng.sample(("#e4572e", "#f3a712", "#f0f3bd", "#a8327d", "#ffffff", "#5f4bb6"), 3)
    for number in range(flowers):
        x, y = 60 + number * (WIDTH - 120) / flowers + rng.uniform(-20, 20), rng.uniform(620, 860)
        parts.append(_line(x, y, x + rng.uniform(-15, 15), HEIGHT, "#2f5d34", 8))
        colour, size = rng.choice(colours), rng.uniform(20, 38)
        parts += [
            _circle(x + size * math.cos(a), y + size * math.sin(a), size * 0.7, colour)
            for a in (turn * 6.283 / 6 for turn in range(6))
        ]
        parts.append(_circle(x, y, size * 0.55, "#6b4226"))
    words = f"Drawing: {flowers} round flowers in the foreground, hills behind them, under {sky.words}."
    return Drawing(_page(parts, defs=defs), words)


def _trains(rng: random.Random) -> Drawing:
    sky = rng.choice(SKIES)
    ground, defs = _sky(sky)
    wagons, colour, name = (
        rng.randint(2, 4),
        *rng.choice((("#a8322d", "red"), ("#2c5f8a", "blue"), ("#3f7a4d", "green"))),
    )
    parts = [ground, *_hills(rng, sky, 0.5), _rect(0, 760, WIDTH, 180, "#5a5148")]
    parts += [_rect(x, 770, 60, 14, "#3d352e") for x in range(0, WIDTH, 110)]
    parts += [_rect(0, 762, WIDTH, 8, "#c9c9c9"), _rect(0, 792, WIDTH, 8, "#c9c9c9")]
    at = rng.uniform(40, 200)
    for number in range(wagons):
        x = at + number * 290
        parts.append(_rect(x, 600, 270, 140, colour, 'rx="22"'))
        parts += [_rect(x + 24 + place * 62, 628, 44, 46, "#fdf6d0", 'rx="6"') for place in range(4)]
        parts += [_circle(x + 60, 748, 24, "#22201d"), _circle(x + 210, 748, 24, "#22201d")]
    words = f"Drawing: a {name} train with {wagons} carriages, seen from its side; hills and {sky.words} behind it."
    return Drawing(_page(parts, defs=defs), words)


def _baking(rng: random.Random) -> Drawing:
    cloth, name = rng.choice((("#3d6b7d", "blue"), ("#8c3b3b", "red"), ("#5b6e4c", "green")))
    loaves = rng.randint(1, 4)
    parts = [_rect(0, 0, WIDTH, HEIGHT, "#efe4d2")]
    parts += [_rect(x, 0, 40, HEIGHT, cloth, 'opacity="0.25"') for x in range(0, WIDTH, 120)]
    parts += [_rect(0, y, WIDTH, 40, cloth, 'opacity="0.25"') for y in range(0, HEIGHT, 120)]
    wide = min(520.0, 1200 / loaves)
    for number in range(loaves):
        x, y = WIDTH * (number + 1) / (loaves + 1), HEIGHT / 2 + rng.uniform(-60, 60)
        crust = rng.choice(("#a5662f", "#8f5325", "#b97a3d"))
        parts.append(f'<ellipse cx="{x:.0f}" cy="{y + 20:.0f}" rx="{wide / 2 + 12:.0f}" ry="{wide * 0.33 + 12:.0f}" '
                     'fill="#00000033"/>')  # fmt: skip
        parts.append(f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{wide / 2:.0f}" ry="{wide * 0.33:.0f}" fill="{crust}"/>')
        for cut in range(-1, 2):
            cx = x + cut * wide * 0.22
            parts.append(_line(cx - 20, y + wide * 0.15, cx + 26, y - wide * 0.15, "#f1d9a9", wide * 0.045))
    bread = "a loaf of bread" if loaves == 1 else f"{loaves} loaves of bread"
    return Drawing(_page(parts), f"Drawing: {bread} with three cuts each, seen from above on a {name} checked cloth.")


def _bikes(rng: random.Random) -> Drawing:
    sky = rng.choice(SKIES[:4])
    ground, defs = _sky(sky)
    colour, name = rng.choice((("#c33c54", "red"), ("#254e70", "blue"), ("#37718e", "teal"), ("#222222", "black")))
    left, right, y, r = 470, 910, 650, 150
    parts = [ground, *_hills(rng, sky, 0.45), _rect(0, 800, WIDTH, 140, "#7d766c")]
    for x in (left, right):
        parts.append(_circle(x, y, r, "none", 'stroke="#222" stroke-width="14"'))
        parts += [_line(x, y, x + r * math.cos(a), y + r * math.sin(a), "#555", 2)
                  for a in (spoke * 6.283 / 12 for spoke in range(12))]  # fmt: skip
    frame = ((left, y, 620, 440), (620, 440, 840, 430), (840, 430, right, y), (left, y, 660, y), (660, y, 840, 450),
             (660, y, 600, 400))  # fmt: skip
    parts += [_line(*tube, colour, 16) for tube in frame]
    parts += [_line(560, 395, 640, 395, "#222", 20), _line(840, 430, 830, 370, "#222", 12),
              _line(830, 370, 890, 360, "#222", 12)]  # fmt: skip
    words = f"Drawing: a {name} bicycle stands on a path, seen from its side; hills and {sky.words} behind it."
    return Drawing(_page(parts, defs=defs), words)


def _stars(rng: random.Random) -> Drawing:
    sky = SKIES[4]
    ground, defs = _sky(Sky("", "#070b1e", "#2a3a68", ()))
    count = rng.randint(120, 260)
    parts = [ground]
    for _ in range(count):
        size = rng.choice((1.2, 1.6, 2.2, 3.4))
        parts.append(
            _circle(rng.uniform(0, WIDTH), rng.uniform(0, 720), size, rng.choice(("#fff", "#ffe9c7", "#cfe0ff")))
        )
    what = rng.choice(("moon", "planet", "meteor"))
    x, y = rng.uniform(300, 1100), rng.uniform(160, 400)
    if what == "moon":
        parts += [_circle(x, y, 90, "#f4efd8"), _circle(x + rng.uniform(30, 60), y - 14, 86, "#10173a")]
        words = "a thin crescent Moon"
    elif what == "planet":
        ring = f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="150" ry="34" fill="none" stroke="#d8c090" stroke-width="14"/>'
        parts += [ring, _circle(x, y, 70, "#e6cf9c")]
        words = "a yellow planet with a ring"
    else:
        parts += [_line(x, y, x + 330, y + 150, "#ffffffaa", 5), _circle(x + 330, y + 150, 6, "#fff")]
        words = "the bright trail of a meteor"
    parts += [_ridge(rng, 800, 50, sky.hills[2]), _ridge(rng, 880, 30, "#0b1222")]
    return Drawing(_page(parts, defs=defs), f"Drawing: a night sky full of stars with {words}, above dark hills.")


def _town(rng: random.Random) -> Drawing:
    sky = rng.choice(SKIES)
    ground, defs = _sky(sky)
    parts, houses, x = [ground, *_hills(rng, sky, 0.5)], 0, -20.0
    while x < WIDTH:
        wide, high = rng.uniform(130, 230), rng.uniform(220, 430)
        top = 800 - high
        wall = rng.choice(("#c9ada7", "#e0b589", "#b5c0a3", "#d9d0c1", "#a9b7c6", "#cf8e80"))
        roof = rng.choice(("#7a3b2e", "#5c4742", "#8d4f3a"))
        parts += [
            _rect(x, top, wide, high, wall),
            f'<polygon points="{x - 10:.0f},{top:.0f} {x + wide / 2:.0f},{top - 90:.0f} {x + wide + 10:.0f},{top:.0f}" '
            f'fill="{roof}"/>',
        ]
        for row in range(int(high // 90)):
            for column in range(int(wide // 65)):
                light = rng.choice(("#fff1b5", "#fff1b5", "#4a5560"))
                parts.append(_rect(x + 20 + column * 65, top + 24 + row * 90, 32, 44, light))
        x, houses = x + wide + rng.uniform(-4, 14), houses + 1
    parts.append(_rect(0, 800, WIDTH, 140, "#6d6a66"))
    words = f"Drawing: a street with {houses} narrow houses in soft colours, some windows lit, under {sky.words}."
    return Drawing(_page(parts, defs=defs), words)


def _code(rng: random.Random) -> Drawing:
    paper, inks = rng.choice((("#1d1f2b", ("#7fd1b9", "#f2b880", "#c3a6ff", "#e8e8e8", "#80a8ff")),
                              ("#fbf8f1", ("#2b6f77", "#a3552c", "#6a4c93", "#333333", "#2f55a4"))))  # fmt: skip
    parts, depth = [_rect(0, 0, WIDTH, HEIGHT, paper)], 0
    lines = rng.randint(16, 22)
    for row in range(lines):
        x, y = 90.0 + depth * 60, 60 + row * 38
        if y > HEIGHT - 60:
            break
        for _ in range(rng.randint(1, 5)):
            wide = rng.uniform(40, 190)
            parts.append(_rect(x, y, wide, 18, rng.choice(inks), 'rx="9"'))
            x += wide + 18
        depth = min(max(depth + rng.choice((-1, 0, 0, 1)), 0), 5)
    shade = "dark" if paper == "#1d1f2b" else "light"
    return Drawing(_page(parts), f"Drawing: the lines of a program as coloured bars on a {shade} screen.")


def _music(rng: random.Random) -> Drawing:
    parts, notes = [_rect(0, 0, WIDTH, HEIGHT, "#f7f1e3")], 0
    for staff in range(3):
        top = 130 + staff * 270
        parts += [_line(80, top + row * 30, WIDTH - 80, top + row * 30, "#333", 3) for row in range(5)]
        x = 190.0
        while x < WIDTH - 130:
            y = top + rng.randint(-1, 9) * 15
            parts += [
                f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="21" ry="15" fill="#222" '
                f'transform="rotate(-18 {x:.0f} {y:.0f})"/>',
                _line(x + 19, y - 4, x + 19, y - 100, "#222", 5),
            ]
            x, notes = x + rng.uniform(60, 130), notes + 1
    return Drawing(_page(parts), f"Drawing: three lines of sheet music with {notes} notes that nobody has played yet.")


_SCENES: dict[str, Callable[[random.Random], Drawing]] = {
    "garden": _garden, "trains": _trains, "baking": _baking, "bikes": _bikes, "stars": _stars, "town": _town,
    "code": _code, "music": _music, "weather": lambda rng: header(rng),
}  # fmt: skip


def avatar(rng: random.Random) -> Drawing:
    """Draw a profile picture: a face of circles before a coloured ground."""
    ground, low = rng.choice((("#264653", "#2a9d8f"), ("#6d597a", "#e56b6f"), ("#355070", "#eaac8b"),
                              ("#283618", "#a3b18a"), ("#3d405b", "#81b29a"), ("#7f5539", "#ddb892")))  # fmt: skip
    fur, name = rng.choice((("#f4a261", "orange"), ("#e9ecef", "white"), ("#adb5bd", "grey"), ("#8d6b4f", "brown"),
                            ("#ffd166", "yellow"), ("#9d8189", "mauve")))  # fmt: skip
    ears = rng.choice(("round", "pointed"))
    parts = [_rect(0, 0, 480, 480, "url(#ground)")]
    if ears == "round":
        parts += [_circle(150, 165, 60, fur), _circle(330, 165, 60, fur)]
    else:
        parts += [f'<polygon points="{a},230 {b},70 {c},180" fill="{fur}"/>' for a, b, c in ((110, 130, 230),)]
        parts += [f'<polygon points="370,230 350,70 250,180" fill="{fur}"/>']
    parts += [_circle(240, 270, 140, fur), _circle(190, 250, 17, "#222"), _circle(290, 250, 17, "#222")]
    parts += [_circle(195, 245, 5, "#fff"), _circle(295, 245, 5, "#fff"), _circle(240, 300, 15, "#5b3a3a")]
    parts.append('<path d="M195 335 Q240 375 285 335" stroke="#5b3a3a" stroke-width="8" fill="none"/>')
    if rng.random() < 0.3:
        parts += [_circle(190, 250, 40, "none", 'stroke="#222" stroke-width="7"'),
                  _circle(290, 250, 40, "none", 'stroke="#222" stroke-width="7"')]  # fmt: skip
    words = f"A {name} animal with {ears} ears smiles."
    return Drawing(_page(parts, 480, 480, _gradient("ground", ground, low)), words)


def header(rng: random.Random) -> Drawing:
    """Draw a wide picture for the top of a profile."""
    sky = rng.choice(SKIES)
    ground, defs = _sky(sky)
    parts = [ground, _circle(rng.uniform(200, 1200), 260, 60, "#fff4d0"), *_hills(rng, sky, 0.5)]
    return Drawing(_page(parts, defs=defs), f"Drawing: three ranges of hills under {sky.words}.")
