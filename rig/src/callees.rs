//! Whom the rig calls: numbers that are reserved for fiction, as lists that an import reads.

use ringonce_domain::Number;

/// Every number that is reserved for fiction: 555-0100 to 555-0199 of each area code.
pub(crate) fn fictitious_numbers() -> Vec<Number> {
    (201..=989)
        .map(|area| 10_000_000_000 + area * 10_000_000 + 5_550_100)
        .filter(|first| Number::parse(&format!("+{first}"), None).is_ok())
        .flat_map(|first: u64| (first..first + 100).filter_map(Number::from_digits))
        .collect()
}

/// A list as a file.
pub(crate) fn csv(numbers: &[Number]) -> String {
    let rows = (1..)
        .zip(numbers)
        .map(|(n, number)| format!("Contact {n},{number}"));
    let lines: Vec<String> = std::iter::once("name,phone".to_owned())
        .chain(rows)
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fictitious_numbers_for_an_hour_of_calls() {
        let numbers = fictitious_numbers();
        assert!(numbers.len() > 25_000, "{}", numbers.len());
        assert!(
            numbers
                .iter()
                .all(|number| &number.to_string()[5..10] == "55501")
        );
    }

    #[test]
    fn a_list_has_a_heading_and_a_row_for_each_person() {
        let numbers = &fictitious_numbers()[..2];
        let text = csv(numbers);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "name,phone");
        assert_eq!(lines[2], format!("Contact 2,{}", numbers[1]));
    }
}
