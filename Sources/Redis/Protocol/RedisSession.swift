import Diagnostics

/// The answers to a pipeline that began with the greeting: authentication, name, database, then the questions.
struct RedisSession {
    /// One for each question; nil where none came.
    let replies: [RESPValue?]
    private let questions: [RedisCommand]
    /// What was refused on the way, for the person to know; the questions may have been answered all the same.
    let problems: [ProbeError]
    /// Why the connection ended before everything was answered, or why the greeting failed.
    private let interruption: ProbeError?

    static func open(
        _ connection: inout RedisConnection, _ settings: RedisSettings, asking questions: [RedisCommand],
        until deadline: Deadline
    ) async -> RedisSession {
        let greeting = settings.greeting
        let replies = await connection.replies(to: greeting + questions, until: deadline)
        return RedisSession(replies, greeting, questions)
    }

    private init(_ all: RedisConnection.Replies, _ greeting: [RedisCommand], _ questions: [RedisCommand]) {
        let answers = questions.indices.map { all[greeting.count + $0] }
        let refused = zip(greeting, all.values).compactMap { command, reply -> ProbeError? in
            // Only a courtesy: before 2.6.9 and behind some proxies it doesn't exist, and an ACL may forbid it.
            command.name == "CLIENT SETNAME" ? nil : reply.error?.during(command.name)
        }
        self.replies = answers
        self.questions = questions
        interruption = all.interruption ?? refused.first
        let unanswered = all.interruption.map { answers.first == .some(nil) ? [] : [$0] } ?? []
        let failed = answers.first??.error != nil
        problems = (failed ? [] : refused) + unanswered
    }

    /// Whether the connection answered everything and can be asked more.
    var isComplete: Bool { replies.allSatisfy { $0 != nil } }

    /// The text that answered a question.
    ///
    /// - Throws: its refusal, preferring that of the greeting: behind a wrong password every answer is NOAUTH.
    func text(_ index: Int) throws(ProbeError) -> String {
        let reply = try value(index)
        guard let text = reply.text else { throw unexpected(index) }
        return text
    }

    func value(_ index: Int) throws(ProbeError) -> RESPValue {
        let step = questions[index].name
        guard let reply = replies[index] else { throw interruption ?? .closed(step) }
        guard let error = reply.error else { return reply }
        guard let interruption, error.reason == .authenticationRequired else { throw error.during(step) }
        throw interruption
    }

    /// Names and values; empty when the question was refused.
    func fields(_ index: Int) -> [String: String] { replies[index]?.fields ?? [:] }

    func unexpected(_ index: Int) -> ProbeError {
        ProbeError(
            .protocolViolation, step: questions[index].name,
            message: "an answer of another shape than this command has")
    }
}
