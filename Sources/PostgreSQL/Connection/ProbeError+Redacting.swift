import Diagnostics

extension ProbeError {
    /// Without the password, should the other side have put it into its words: one that asks for it in clear knows it.
    func redacting(_ secret: String) -> ProbeError {
        guard !secret.isEmpty else { return self }
        return ProbeError(
            kind, step: step, message: message.replacing(secret, with: "***"),
            advice: advice?.replacing(secret, with: "***"))
    }
}

extension ConnectFailure {
    func redacting(_ secret: String) -> ConnectFailure {
        ConnectFailure(error: error.redacting(secret), isFinal: isFinal, isAboutDatabase: isAboutDatabase)
    }
}
