//! String formats such as dates: a description of the expected form, with an example.
//!
//! Deserialization decides whether a text is valid, but its errors come from the parsing library
//! ("premature end of input") and do not help the model.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Maximum length of a checked text, in bytes. Of these formats, only URLs are longer.
const LONGEST: usize = 128;

/// A description of the expected form, or `None` if `text` matches it or the format is unknown.
pub(super) fn expected(format: &str, text: &str) -> Option<&'static str> {
    // The empty text matches none of the forms.
    let text = if text.len() > LONGEST && format != "uri" { "" } else { text };
    let (fits, form) = match format {
        "date" => (is_date(text), "a date such as 2024-02-29"),
        "time" => (
            split_offset(text).is_some_and(|(time, _)| is_time(time)),
            "a time with an offset such as 12:30:00Z",
        ),
        "partial-time" => (is_time(text), "a time such as 12:30:00"),
        "date-time" => (
            split_offset(text).is_some_and(|(text, _)| is_date_time(text)),
            "a date and time with an offset such as 2024-02-29T12:30:00Z",
        ),
        "partial-date-time" => (is_date_time(text), "a date and time such as 2024-02-29T12:30:00"),
        "zoned-date-time" => (
            text.split_once('[').is_some_and(|(text, zone)| {
                zone.ends_with(']')
                    && split_offset(text).is_some_and(|(text, _)| is_date_time(text))
            }),
            "a date and time with a zone such as 2024-02-29T12:30:00+01:00[Europe/Lisbon]",
        ),
        "duration" => (
            text.trim_start_matches(['-', '+']).starts_with(['P', 'p']) && text.len() > 2,
            "a duration such as PT1H30M",
        ),
        "uuid" => (is_uuid(text), "a UUID such as 67e55044-10b1-426f-9247-bb680e5fe0c8"),
        "uri" => (is_uri(text), "a URL such as https://example.com/page"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address such as 192.0.2.1"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address such as 2001:db8::1"),
        "ip" => (text.parse::<IpAddr>().is_ok(), "an IP address such as 192.0.2.1"),
        _ => return None,
    };
    (!fits).then_some(form)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (text, fraction) = text.split_once('.').map_or((text, "0"), |(text, after)| (text, after));
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "00"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return false,
    };
    let below = |text, limit| number(text, 2).is_some_and(|number| number < limit);
    // The last second of a day may be a leap second.
    below(hour, 24)
        && below(minute, 60)
        && below(second, 61)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date_time(text: &str) -> bool {
    text.split_once(['T', 't', ' ']).is_some_and(|(date, time)| is_date(date) && is_time(time))
}

/// Splits off a trailing `Z` or offset such as `+01:00`.
fn split_offset(text: &str) -> Option<(&str, &str)> {
    if let Some(start) = text.strip_suffix(['Z', 'z']) {
        return Some((start, "Z"));
    }
    let (start, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let digits = offset.strip_prefix(['+', '-'])?;
    let (hours, minutes) = digits.split_once(':')?;
    (number(hours, 2)? < 24 && number(minutes, 2)? < 60).then_some((start, offset))
}

fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    digits == 32 && (groups == [8, 4, 4, 4, 12] || groups == [32])
}

fn is_uri(text: &str) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(name)
            && !rest.is_empty()
    })
}

/// A number of exactly `length` digits.
fn number(text: &str, length: usize) -> Option<u32> {
    let digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_told_of_texts_that_lack_it() {
        for (format, right, wrong) in [
            (
                "date",
                &["2024-02-29", "2000-12-31"][..],
                &["2023-02-29", "2024-13-01", "1.2.2024", "", "2024-2-9"][..],
            ),
            ("time", &["12:30:00Z", "00:00:60.5+01:00"], &["12:30", "24:00:00Z", "12:30:00+1"]),
            ("partial-time", &["12:30", "23:59:59.123456789"], &["noon", "12:30:00Z", "12:30:00."]),
            (
                "date-time",
                &["2024-02-29T12:30:00Z", "2024-02-29 12:30:00.5-08:00"],
                &["2024-02-29", "tomorrow", "2024-02-29T12:30:00", "ü:00"],
            ),
            ("partial-date-time", &["2024-02-29T12:30:00"], &["2024-02-30T12:30:00", "2024-02-29"]),
            (
                "zoned-date-time",
                &["2024-02-29T12:30:00+00:00[Europe/Lisbon]"],
                &["2024-02-29T12:30:00+00:00"],
            ),
            ("duration", &["PT1H30M", "-P1D"], &["1h", "P"]),
            (
                "uuid",
                &["67e55044-10b1-426f-9247-bb680e5fe0c8", "67e5504410b1426f9247bb680e5fe0c8"],
                &["67e55044", "x"],
            ),
            (
                "uri",
                &["https://example.com", "mailto:a@example.com"],
                &["example.com/page", ":", "a b:c"],
            ),
            ("ipv4", &["192.0.2.1"], &["::1"]),
            ("ipv6", &["::1"], &["192.0.2.1"]),
            ("ip", &["::1", "192.0.2.1"], &["localhost"]),
            ("own", &["anything"], &[]),
        ] {
            for text in right {
                assert_eq!(expected(format, text), None, "{format} {text}");
            }
            for text in wrong {
                let form = expected(format, text).unwrap_or_else(|| panic!("{format} {text}"));
                let example = form.rsplit(' ').next().unwrap_or_default();
                assert_eq!(expected(format, example), None, "{form}");
            }
        }
    }
}
