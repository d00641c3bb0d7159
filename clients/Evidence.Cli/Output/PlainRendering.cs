using Evidence.Core;
using Spectre.Console.Rendering;

namespace Evidence.Cli;

/// <summary>Passes all text that the console shows through <see cref="PlainText"/>, whoever it is from: what the console itself adds to steer a terminal stays.</summary>
internal sealed class PlainRendering : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(static shown => new Plain(shown));

    private sealed class Plain(IRenderable shown) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => shown.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => shown.Render(options, maxWidth).Select(static segment =>
            segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(PlainText.Of(segment.Text), segment.Style));
    }
}
