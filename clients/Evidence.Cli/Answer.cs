using System.Text.Json.Nodes;
using Spectre.Console;

namespace Evidence.Cli;

/// <summary>What a command has to say: to programs, to people, and to the shell.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Json">One document that says it all.</param>
/// <param name="Show">Writes the same for people.</param>
internal sealed record Answer(int Code, JsonNode Json, Action<IAnsiConsole> Show);
