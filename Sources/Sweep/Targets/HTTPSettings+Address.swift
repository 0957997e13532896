import HTTP

extension HTTPSettings {
    /// As a person names an application: by its URL, with what that says of credentials and of a unix socket.
    init(_ address: HTTPAddress) {
        self.init(baseURL: address.url)
        authorization = address.authorization
        connection.unixSocket = address.unixSocket
    }

    /// For people: where a query holds a secret, or a socket stands in the place of the host.
    var shownAddress: String {
        let shown = (try? HTTPAddress(baseURL))?.shown ?? baseURL
        return connection.unixSocket.map { "unix:\($0)" } ?? shown
    }
}
