import Diagnostics
import Redis
import Sweep

extension RemedyOptions {
    /// The one Redis server, or deployment, that a remedy is for.
    struct RedisSubject {
        let target: Target
        let settings: RedisSettings
        let timeout: Duration
        let writing: RemedyCommand
    }

    func redis(_ word: String?, through way: RedisOptions) throws -> RedisSubject {
        let configuration = try options.configuration.load()
        let target = way.applied(to: try self.target(.redis, word, configuration))
        let settings: RedisSettings
        switch target.settings {
        case .redis(let known): settings = known
        case .unreadable(_, _, let error): throw error
        default: throw UsageError(description: "\(target.target.name) is no Redis server")
        }
        return RedisSubject(
            target: target.target, settings: settings,
            timeout: options.timeout?.duration ?? target.timeout ?? configuration.bounds.timeout,
            writing: writing(word, shown: word.map(RedisSettings.withoutPassword)))
    }
}
