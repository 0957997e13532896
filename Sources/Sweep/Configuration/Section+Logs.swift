import Diagnostics
import Logs

extension Section {
    func logSettings() -> LogSettings? {
        guard let path = requiredString("path") else { return nil }
        return LogSettings(path: source.resolved(path))
    }
}
