import COpenSSL

/// Groups of a finite field for servers of tests: RFC 2409's of 1024 bits and RFC 3526's of 2048.
enum DiffieHellman {
    static func parameters(bits: CInt) -> OpaquePointer? {
        let prime = bits == 1024 ? BN_get_rfc2409_prime_1024(nil) : BN_get_rfc3526_prime_2048(nil)
        let generator = BN_new()
        BN_set_word(generator, 2)
        defer {
            BN_free(prime)
            BN_free(generator)
        }
        let builder = OSSL_PARAM_BLD_new()
        defer { OSSL_PARAM_BLD_free(builder) }
        OSSL_PARAM_BLD_push_BN(builder, lasting("p"), prime)
        OSSL_PARAM_BLD_push_BN(builder, lasting("g"), generator)
        let parameters = OSSL_PARAM_BLD_to_param(builder)
        defer { OSSL_PARAM_free(parameters) }
        let context = EVP_PKEY_CTX_new_from_name(nil, "DH", nil)
        defer { EVP_PKEY_CTX_free(context) }
        EVP_PKEY_fromdata_init(context)
        var key: OpaquePointer?
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEY_PARAMETERS, parameters)
        return key
    }

    /// The builder keeps the pointer, not the text.
    private static func lasting(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
