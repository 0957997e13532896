import Testing
@testable import Runbook
@Test func catalogueHasSeventeen() { #expect(Catalogue.alerts.count == 17) }
