//! Which known name an unknown one probably means.

use super::fields::folded;

/// The name that differs in the fewest letters, if those are few: a third of the shorter of the two
/// at most. A name that is the beginning or the end of a longer one counts as near.
pub(crate) fn nearest<'a>(
    wanted: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters =
        |name: &str| -> Vec<char> { folded(name).chars().filter(|c| *c != ' ').collect() };
    let wanted = letters(wanted);
    let near = known.into_iter().filter_map(|name| {
        let other = letters(name);
        let most = wanted.len().min(other.len()).div_ceil(3);
        let apart = distance(&wanted, &other);
        let is_part = is_part(&wanted, &other) || is_part(&other, &wanted);
        (apart <= most || is_part).then_some((apart, name))
    });
    near.min_by_key(|(apart, _)| *apart).map(|(_, name)| name)
}

fn is_part(part: &[char], whole: &[char]) -> bool {
    part.len() > 2 && (whole.starts_with(part) || whole.ends_with(part))
}

/// How many letters were left out, added, exchanged or swapped with their neighbour (optimal string
/// alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let exchanged = rows[i][j] + usize::from(x != y);
            let mut least = exchanged.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_column() {
        let known = [
            "name",
            "number",
            "First name",
            "Last name",
            "Notes",
            "City",
            "Amount due",
        ];
        for (wanted, found) in [
            ("Frist name", Some("First name")),
            ("firstname", Some("First name")),
            ("Fist_name", Some("First name")),
            ("first", Some("First name")),
            ("Note", Some("Notes")),
            ("Nots", Some("Notes")),
            ("citty", Some("City")),
            ("due", Some("Amount due")),
            ("nmae", Some("name")),
            ("Street", None),
            ("Doctor", None),
            ("x", None),
        ] {
            assert_eq!(nearest(wanted, known), found, "{wanted}");
        }
    }
}
