//! Dates of the calendar, in UTC.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

fn month_name(month: i64) -> &'static str {
    let month = usize::try_from(month - 1).ok();
    month.and_then(|at| MONTHS.get(at)).unwrap_or(&"")
}

/// `23 Nov 2026 22:05:59.123` for milliseconds since 1970: how a log begins its lines.
pub fn log_time(ms: i64) -> String {
    let (day, month, year) = date(ms.div_euclid(86_400_000));
    let month = month_name(month);
    let ms = ms.rem_euclid(86_400_000);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let ms = ms % 1000;
    format!("{day:02} {month} {year} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}

/// `Mon Nov 23 22:05:59 2026` for seconds since 1970, as C's `ctime` has it.
pub fn c_time(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400);
    let (day, month, year) = date(days);
    let week_day = usize::try_from(days.rem_euclid(7)).ok();
    let week_day = week_day.and_then(|at| DAYS.get(at)).unwrap_or(&"");
    let month = month_name(month);
    let second = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{week_day} {month} {day:2} {hour:02}:{minute:02}:{second:02} {year}")
}

/// Day, month from 1 and year of a day counted from 1970. The years are taken to begin in March,
/// so that the leap day is the last of its year.
fn date(days: i64) -> (i64, i64, i64) {
    // From 1 March of the year 0; the calendar repeats every 400 years of 146 097 days.
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March on, and from August on, have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = year + 400 * era;
    if month < 10 {
        (day, month + 3, year)
    } else {
        (day, month - 9, year + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_calendar_s() {
        for (days, expected) in [
            (0, (1, 1, 1970)),
            (-1, (31, 12, 1969)),
            (11_016, (29, 2, 2000)),
            (11_017, (1, 3, 2000)),
            (20_780, (23, 11, 2026)),
            (47_540, (28, 2, 2100)),
            (47_541, (1, 3, 2100)),
        ] {
            assert_eq!(date(days), expected);
        }
        // No time of the host's may panic.
        log_time(i64::MIN);
        log_time(i64::MAX);
    }

    #[test]
    fn times_are_printed_as_logs_and_c_do() {
        assert_eq!(log_time(1_795_471_559_001), "23 Nov 2026 22:05:59.001");
        assert_eq!(c_time(1_795_471_559), "Mon Nov 23 22:05:59 2026");
        assert_eq!(c_time(0), "Thu Jan  1 00:00:00 1970");
        assert_eq!(c_time(-1), "Wed Dec 31 23:59:59 1969");
    }
}
