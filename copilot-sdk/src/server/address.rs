//! Parsing the address of a server.

/// The host and port in `8080`, `:8080`, `host:8080` or `http://host:8080`.
pub(super) fn server_address(url: &str) -> Result<(String, u16), String> {
    const FORMS: &str = "write `8080`, `:8080`, `host:8080` or `http://host:8080`";
    let (scheme, rest) = match url.trim().split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), url.trim()),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('@') {
        // Not shown in the error: the part before an `@` is often a secret.
        return Err(format!(
            "`cli_url` names a user: {FORMS}, and give the server's secret with `connection_token`"
        ));
    }
    // Neither is the query.
    let shown = url.split_once(['?', '#']).map_or(url, |(shown, _)| shown);
    if matches!(scheme.as_str(), "https" | "wss") {
        return Err(format!(
            "`cli_url` `{shown}` asks for encryption, which the CLI's server does not know: all of \
             it, the connection token first, would go out in plain text; to reach another machine, \
             tunnel to it (`ssh -L 8080:localhost:8080 host`) and write `localhost:8080`"
        ));
    }
    let wrong = || format!("`cli_url` `{shown}` is not a server address: {FORMS}");
    let (host, port) = rest.rsplit_once(':').unwrap_or(("", rest));
    let port = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    if !matches!(scheme.as_str(), "" | "http") || host.contains(['/', '?', '#', ' ']) {
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
            ("HTTP://127.0.0.1:9", "127.0.0.1", 9),
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
            "tcp://host:80",
        ] {
            assert!(server_address(url).is_err_and(|problem| problem.contains(url)), "{url}");
        }
    }

    #[test]
    fn what_would_go_out_in_plain_text_against_the_wish_of_the_user_is_refused() {
        for url in
            ["https://host:8080", "HTTPS://host:8080/", " https://127.0.0.1:9", "wss://host:1"]
        {
            let problem = server_address(url).expect_err(url);
            assert!(problem.contains("in plain text") && problem.contains("ssh -L"), "{problem}");
        }
    }

    #[test]
    fn a_secret_in_an_address_is_not_repeated() {
        let problem = server_address("http://hunter2@host:80").expect_err("there is no user");
        assert!(
            problem.contains("`connection_token`") && !problem.contains("hunter2"),
            "{problem}"
        );
        for url in ["http://host:80/?token=hunter2", "https://host:80#hunter2", "host?hunter2:80"] {
            let problem = server_address(url).expect_err(url);
            assert!(problem.contains("host") && !problem.contains("hunter2"), "{problem}");
        }
    }
}
