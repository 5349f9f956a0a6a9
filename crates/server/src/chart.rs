//! Charts as SVG, drawn on the server.
//!
//! Positions along an axis are in percent and everything else in pixels, so that a chart fills any width
//! while its lines and texts stay sharp. Colours come from classes, also for the dark theme. The stylesheet
//! leaves room at the left for the labels of the lines. A chart has a title and a description for screen
//! readers; the page puts a table with the same figures beside it.

use std::fmt::Write as _;

/// Above the bars, half of which the word of the highest line takes.
const HEAD: u64 = 8;
/// Below the bars, for the words of the axis.
const FOOT: u64 = 22;

/// Bars beside each other, each a pile of parts.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    /// Unique on the page.
    pub(crate) id: &'static str,
    /// What it shows.
    pub(crate) title: String,
    /// What can be seen in it, in a sentence.
    pub(crate) description: String,
    /// The height of the tallest possible bar, in pixels.
    pub(crate) height: u64,
    /// Words along the axis at most: as many as fit on a narrow screen.
    pub(crate) words: usize,
    /// The bars, in order.
    pub(crate) piles: Vec<Bar>,
    /// The value at the top, and how values are written beside their lines.
    pub(crate) scale: Scale,
}

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What it is for, on the axis.
    pub(crate) word: String,
    /// All of it in words, shown on hover.
    pub(crate) says: String,
    /// The classes of its parts and their values, from the bottom up.
    pub(crate) parts: Vec<(&'static str, u64)>,
}

/// The lines behind the bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scale {
    /// The values of the lines with their words, the highest last.
    pub(crate) lines: Vec<(u64, String)>,
}

impl Scale {
    /// Lines at round values, so that the highest is at least `most`; written by `write`.
    pub(crate) fn round(most: u64, write: impl Fn(u64) -> String) -> Self {
        let step = round_step(most);
        let lines = (1..=most.div_ceil(step).max(1)).map(|n| n * step);
        Self {
            lines: lines.map(|value| (value, write(value))).collect(),
        }
    }

    fn top(&self) -> u64 {
        self.lines.last().map_or(1, |(value, _)| *value).max(1)
    }
}

/// 1, 2 or 5 with zeros, so that two to five steps reach `most`.
fn round_step(most: u64) -> u64 {
    let mut decade = 1;
    loop {
        for step in [1, 2, 5] {
            if most <= step * decade * 4 {
                return step * decade;
            }
        }
        decade *= 10;
    }
}

impl Bars {
    /// The markup.
    pub(crate) fn svg(&self) -> String {
        let (id, all) = (self.id, HEAD + self.height + FOOT);
        let mut svg = String::new();
        let _ = write!(
            svg,
            r#"<svg class="chart" id="{id}" width="100%" height="{all}" role="img" aria-labelledby="{id}-t {id}-d">"#
        );
        let (title, description) = (escaped(&self.title), escaped(&self.description));
        let _ = write!(
            svg,
            r#"<title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>"#
        );
        self.draw_lines(&mut svg);
        self.draw_bars(&mut svg);
        self.draw_words(&mut svg);
        svg.push_str("</svg>");
        svg
    }

    fn draw_lines(&self, svg: &mut String) {
        let base = HEAD + self.height;
        for (value, word) in &self.scale.lines {
            let y = base - value * self.height / self.scale.top();
            let word = escaped(word);
            let _ = write!(
                svg,
                r#"<line class="grid" x1="0" x2="100%" y1="{y}.5" y2="{y}.5"/><text class="mark" x="-8" y="{}" text-anchor="end">{word}</text>"#,
                y + 4
            );
        }
        let _ = write!(
            svg,
            r#"<line class="base" x1="0" x2="100%" y1="{base}.5" y2="{base}.5"/>"#
        );
    }

    fn draw_bars(&self, svg: &mut String) {
        let base = HEAD + self.height;
        let count = self.piles.len();
        for (place, bar) in self.piles.iter().enumerate() {
            let (x, width) = (share(place, count), share(1, count));
            let says = escaped(&bar.says);
            let _ = write!(svg, r#"<g class="pile"><title>{says}</title>"#);
            // A pointer anywhere above a bar counts as on it.
            let _ = write!(
                svg,
                r#"<rect class="reach" x="{x}" width="{width}" y="{HEAD}" height="{}"/>"#,
                self.height
            );
            let mut below = 0;
            for (class, value) in bar.parts.iter().filter(|(_, value)| *value > 0) {
                // Both ends are rounded from the sum, so that parts meet and the pile is as high as it is.
                let high = self.pixels(below + value);
                let low = self.pixels(below);
                below += value;
                let height = (high - low).max(u64::from(low == 0));
                let _ = write!(
                    svg,
                    r#"<rect class="{class}" x="{x}" width="{width}" y="{}" height="{height}"/>"#,
                    base - low - height
                );
            }
            svg.push_str("</g>");
        }
    }

    fn pixels(&self, value: u64) -> u64 {
        let top = self.scale.top();
        (value.min(top) * self.height + top / 2) / top
    }

    fn draw_words(&self, svg: &mut String) {
        let y = HEAD + self.height + 16;
        let count = self.piles.len();
        let step = count.div_ceil(self.words).max(1);
        for (place, bar) in self.piles.iter().enumerate().step_by(step) {
            let (x, anchor) = if count <= self.words {
                (middle(place, count), "middle")
            } else {
                (share(place, count), "start")
            };
            let word = escaped(&bar.word);
            let _ = write!(
                svg,
                r#"<text class="mark" x="{x}" y="{y}" text-anchor="{anchor}">{word}</text>"#
            );
        }
    }
}

/// A count beside a line, short enough for its room: `1,500`, `20 k`, `1.5 M`.
pub(crate) fn short(value: u64, plain: impl Fn(u64) -> String) -> String {
    let tenths = |unit: u64| match (value / unit, value % unit * 10 / unit) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    };
    match value {
        0..10_000 => plain(value),
        10_000..1_000_000 => format!("{} k", tenths(1_000)),
        _ => format!("{} M", tenths(1_000_000)),
    }
}

/// A value as part of the width of a lying bar.
pub(crate) fn lying(part: u64, most: u64) -> String {
    share(
        usize::try_from(part).unwrap_or(usize::MAX),
        usize::try_from(most.max(1)).unwrap_or(usize::MAX),
    )
}

fn share(part: usize, whole: usize) -> String {
    thousandths(part as u128 * 100_000, whole)
}

fn middle(place: usize, count: usize) -> String {
    thousandths(place as u128 * 100_000 + 50_000, count)
}

fn thousandths(part: u128, whole: usize) -> String {
    let share = part / whole.max(1) as u128;
    format!("{}.{:03}%", share / 1_000, share % 1_000)
}

/// Text between tags.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[&[u64]]) -> Bars {
        let most = values.iter().map(|bar| bar.iter().sum()).max();
        let bars = values.iter().enumerate().map(|(n, parts)| Bar {
            word: format!("w{n}"),
            says: format!("bar {n}"),
            parts: ["answered", "busy"]
                .into_iter()
                .zip(parts.iter().copied())
                .collect(),
        });
        Bars {
            id: "c",
            title: "Calls".into(),
            description: "Many".into(),
            height: 100,
            words: 5,
            piles: bars.collect(),
            scale: Scale::round(most.unwrap_or(0), |value| value.to_string()),
        }
    }

    #[test]
    fn lines_stand_at_round_values_and_the_highest_is_not_passed() {
        for (most, expected) in [
            (0, vec![1]),
            (1, vec![1]),
            (3, vec![1, 2, 3]),
            (7, vec![2, 4, 6, 8]),
            (11, vec![5, 10, 15]),
            (80, vec![20, 40, 60, 80]),
            (81, vec![50, 100]),
            (999, vec![500, 1_000]),
            (1_234_567, vec![500_000, 1_000_000, 1_500_000]),
        ] {
            let lines = Scale::round(most, |value| value.to_string()).lines;
            let values: Vec<_> = lines.iter().map(|(value, _)| *value).collect();
            assert_eq!(values, expected, "{most}");
        }
    }

    #[test]
    fn a_count_beside_a_line_is_short() {
        for (value, text) in [
            (0, "0"),
            (9_500, "9500"),
            (20_000, "20 k"),
            (1_500_000, "1.5 M"),
        ] {
            assert_eq!(short(value, |value| value.to_string()), text);
        }
    }

    #[test]
    fn a_pile_is_as_high_as_its_sum_and_its_parts_meet() {
        for (parts, expected) in [
            (&[2, 2][..], vec![(58, 50), (8, 50)]),
            (&[1, 3], vec![(83, 25), (8, 75)]),
            (&[0, 4], vec![(8, 100)]),
        ] {
            let svg = chart(&[parts, &[4]]).svg();
            let pile = svg.split("<g class=\"pile\">").nth(1).unwrap();
            let rects: Vec<(u64, u64)> = pile
                .split("<rect")
                .skip(2)
                .map(|rect| {
                    let of = |name: &str| {
                        let value = rect.split(&format!("{name}=\"")).nth(1).unwrap();
                        value.split('"').next().unwrap().parse().unwrap()
                    };
                    (of("y"), of("height"))
                })
                .collect();
            assert_eq!(rects, expected, "{parts:?}");
        }
    }

    #[test]
    fn the_smallest_value_is_still_seen() {
        let svg = chart(&[&[1], &[1_000]]).svg();
        assert!(svg.contains(r#"y="107" height="1""#), "{svg}");
    }

    #[test]
    fn only_as_many_words_stand_on_the_axis_as_fit() {
        for (bars, words) in [(1, 1), (5, 5), (24, 5), (96, 5)] {
            let values: Vec<&[u64]> = vec![&[1]; bars];
            let svg = chart(&values).svg();
            assert_eq!(svg.matches(">w").count(), words, "{bars}");
        }
    }

    #[test]
    fn bars_fill_the_width_and_no_word_is_markup() {
        let mut chart = chart(&[&[1], &[2], &[3], &[4]]);
        chart.title = "<script>alert(1)</script>".into();
        chart.piles[0].says = "\"><img src=x>".into();
        let svg = chart.svg();
        for x in ["0.000%", "25.000%", "50.000%", "75.000%"] {
            assert!(svg.contains(&format!("x=\"{x}\" width=\"25.000%\"")), "{x}");
        }
        assert!(!svg.contains("<script") && !svg.contains("<img") && !svg.contains("style="));
        assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby=\"c-t c-d\""));
    }
}
