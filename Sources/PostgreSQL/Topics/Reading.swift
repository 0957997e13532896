import Diagnostics

/// All that a server has answered to one observation.
struct Reading: Sendable {
    let server: Server
    let settings: PostgreSQLSettings
    private var answers: Answers
    /// What was looked at again, in its order.
    private(set) var looks: [Answers] = []

    /// - Throws: when the server didn't say what it is; without that nothing else means anything.
    init(_ answers: Answers, settings: PostgreSQLSettings) throws(ProbeError) {
        server = try answers.one()
        self.answers = answers
        self.settings = settings
    }

    /// Nil where the role may not know which cluster this is.
    var system: System? { try? answers.one() }

    /// Rows of the first or second round trip.
    ///
    /// - Throws: what stood in the way of this question.
    func all<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> [Kind] { try answers.all(kind) }

    /// - Throws: what stood in the way of this question of `Topic.queries`.
    func rows(of query: Query) throws(ProbeError) -> Rows { try answers.rows(of: query.step) }

    /// - Throws: as `all` does, and when there is no row.
    func one<Kind: Answer>(_ kind: Kind.Type = Kind.self) throws(ProbeError) -> Kind { try answers.one(kind) }

    func wasAsked<Kind: Answer>(_ kind: Kind.Type) -> Bool { answers.has(kind) }

    /// The first row each time that it was looked at again and answered.
    func later<Kind: Answer>(_ kind: Kind.Type = Kind.self) -> [Kind] {
        looks.compactMap { (try? $0.all(kind))?.first }
    }

    mutating func add(_ more: Answers) { answers.add(more) }

    mutating func add(look: Answers) { looks.append(look) }
}
