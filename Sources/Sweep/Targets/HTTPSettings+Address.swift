import HTTP

extension HTTPSettings {
    /// As a person names an application: by its URL, with what that says of credentials and of a unix socket.
    init(_ address: HTTPAddress) {
        self.init(baseURL: address.url)
        authorization = address.authorization
        connection.unixSocket = address.unixSocket
    }
}
