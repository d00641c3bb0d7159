using System.Globalization;

namespace Evidence.Bench.Goals;

/// <summary>Whether a figure has to be large or small.</summary>
internal enum Sense
{
    AtLeast,
    AtMost,
}

/// <summary>A figure that is held to a bar.</summary>
/// <param name="Label">Which of the goal's figures it is; empty when the goal has one only.</param>
/// <param name="Value">The measured value.</param>
/// <param name="Sense">On which side of the bar it has to be.</param>
/// <param name="Bar">The goal.</param>
/// <param name="Aim">What is aimed at beyond the goal.</param>
/// <param name="Unit">Unit of all three; empty for a ratio.</param>
internal sealed record Figure(string Label, double Value, Sense Sense, double Bar, double Aim, string Unit = "")
{
    internal bool IsMet => Reaches(Bar);

    internal bool IsAimReached => Reaches(Aim);

    /// <summary>The value with two digits, rounded to the worse side, so that what is short never looks as if it were not.</summary>
    internal string ValueText => Text((Sense == Sense.AtLeast ? Math.Floor(Scaled) : Math.Ceiling(Scaled)) / 100);

    internal string BarText => Text(Bar);

    internal string AimText => Text(Aim);

    /// <summary>The line that says how a goal stands: <c>P4  1.93  goal 1.50  ok</c>.</summary>
    internal string LineFor(string goal) =>
        $"{goal}  {ValueText}  goal {BarText}  {(IsMet ? "ok" : "short")}{(Label.Length == 0 ? "" : $"  ({Label})")}";

    // A value such as 0.29 is 28.999999999999996 hundredths in binary.
    private double Scaled => Math.Round(Value * 100, 6);

    private bool Reaches(double limit) => Sense == Sense.AtLeast ? Value >= limit : Value <= limit;

    private string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture) + (Unit.Length == 0 ? "" : " " + Unit);
}
