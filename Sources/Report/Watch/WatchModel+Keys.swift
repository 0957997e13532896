extension WatchModel {
    /// What a key does; what it asks of whoever runs the rounds.
    public mutating func press(_ key: Key) -> Request? {
        if isHelping { return pressInHelp(key) }
        if isFiltering { return type(key) }
        return opened == nil ? pressInList(key) : pressInDetail(key)
    }

    /// It scrolls where it is longer than the screen; any other key ends it.
    private mutating func pressInHelp(_ key: Key) -> Request? {
        switch key {
        case .down, .character("j"): helpOffset += 1
        case .up, .character("k"): helpOffset = max(0, helpOffset - 1)
        case .character("q"): return .quit
        default: (isHelping, helpOffset) = (false, 0)
        }
        return nil
    }

    /// Into the filter: Enter keeps it, Escape forgets it.
    private mutating func type(_ key: Key) -> Request? {
        switch key {
        case .enter: isFiltering = false
        case .escape: (isFiltering, filter) = (false, "")
        case .backspace: filter = String(filter.dropLast())
        case .character(let character): filter.append(character)
        default: break
        }
        keepSelection()
        return nil
    }

    private mutating func pressInList(_ key: Key) -> Request? {
        switch key {
        case .up, .character("k"): move(by: -1)
        case .down, .character("j"): move(by: 1)
        case .pageUp: move(by: -max(1, room - 1))
        case .pageDown: move(by: max(1, room - 1))
        case .home, .character("g"): move(by: -.max / 2)
        case .end, .character("G"): move(by: .max / 2)
        case .enter, .character("l"): open()
        case .tab: turn()
        case .character("a"): toggleAll()
        case .character("s"): order = order.next
        case .escape where !filter.isEmpty: clearFilter()
        case .character("/"): isFiltering = true
        default: return pressAnywhere(key)
        }
        return nil
    }

    private mutating func pressInDetail(_ key: Key) -> Request? {
        switch key {
        case .up, .character("k"): offset = max(0, offset - 1)
        case .down, .character("j"): offset += 1
        case .pageUp: offset = max(0, offset - max(1, room - 1))
        case .pageDown, .character(" "): offset += max(1, room - 1)
        case .home, .character("g"): offset = 0
        case .end, .character("G"): offset = .max / 2
        case .escape, .backspace, .enter, .character("q"), .character("h"): close()
        case .tab: openNext()
        default: return pressAnywhere(key)
        }
        return nil
    }

    private mutating func pressAnywhere(_ key: Key) -> Request? {
        switch key {
        case .character("q"): return .quit
        case .character("r"): return .look
        case .character("p"), .character(" "):
            isPaused.toggle()
            return isPaused ? .pause : .goOn
        case .character("?"), .character("h"): isHelping = true
        default: break
        }
        return nil
    }

    private mutating func move(by count: Int) {
        let rows = rows
        guard !rows.isEmpty else { return }
        let place = rows.firstIndex { $0.id == selected } ?? 0
        let next =
            count > 0 ? min(place + min(count, rows.count), rows.count - 1) : max(place + max(count, -rows.count), 0)
        selected = rows[next].id
    }

    private mutating func open() {
        keepSelection()
        opened = selected
        offset = 0
    }

    private mutating func close() {
        opened = nil
        offset = 0
    }

    /// The next row's evidence, without the way back to the list.
    private mutating func openNext() {
        move(by: 1)
        open()
    }

    private mutating func turn() {
        page = page == .alerts ? .targets : .alerts
        selected = nil
        keepSelection()
    }

    private mutating func toggleAll() {
        showsAll.toggle()
        keepSelection()
    }

    private mutating func clearFilter() {
        filter = ""
        keepSelection()
    }

    /// What was selected stays so as long as it is there; else what has come to its place.
    mutating func keepSelection() {
        let rows = rows
        if let selected, rows.contains(where: { $0.id == selected }) { return }
        selected = rows.first?.id
    }
}

extension WatchModel.Order {
    fileprivate var next: WatchModel.Order {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
}
