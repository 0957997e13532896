import Playground
import Testing
