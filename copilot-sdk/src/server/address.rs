//! Where a server is.

/// The host and port in `8080`, `:8080`, `host:8080` or `http://host:8080`.
pub(super) fn server_address(url: &str) -> Result<(String, u16), String> {
    const FORMS: &str = "write `8080`, `:8080`, `host:8080` or `http://host:8080`";
    let text = url.trim();
    let rest =
        text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('@') {
        // Not shown: what is in front of an `@` is often a secret.
        return Err(format!(
            "`cli_url` names a user: {FORMS}, and give the server's secret with `connection_token`"
        ));
    }
    let wrong = || format!("`cli_url` `{url}` is no server address: {FORMS}");
    let (host, port) = rest.rsplit_once(':').unwrap_or(("", rest));
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    if host.contains(['/', ' ']) {
        return Err(wrong());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok((if host.is_empty() { "localhost" } else { host }.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_addresses_are_read_in_every_spelling() {
        for (url, host, port) in [
            ("8080", "localhost", 8080),
            (":8080", "localhost", 8080),
            ("host:1", "host", 1),
            ("http://host:8080/", "host", 8080),
            ("https://127.0.0.1:9", "127.0.0.1", 9),
            ("[::1]:7", "::1", 7),
        ] {
            assert_eq!(server_address(url), Ok((host.to_owned(), port)), "{url}");
        }
        for url in [
            "",
            "host",
            "host:0",
            "host:70000",
            "http://host:80/path",
            "a b:1",
            "unix:/run/cli.sock",
        ] {
            assert!(server_address(url).is_err_and(|problem| problem.contains(url)), "{url}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_not_repeated() {
        let problem = server_address("http://hunter2@host:80").expect_err("there is no user");
        assert!(
            problem.contains("`connection_token`") && !problem.contains("hunter2"),
            "{problem}"
        );
    }
}
