namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors in the way of a client's calls.</summary>
public static class InterceptExtensions
{
    /// <summary>Starts calls through interceptors, the first of them outermost.</summary>
    /// <param name="invoker">What starts the calls behind them.</param>
    /// <param name="interceptors">The interceptors.</param>
    public static CallInvoker Intercept(this CallInvoker invoker, params Interceptor[] interceptors)
        => interceptors.Reverse().Aggregate(invoker, static (inner, interceptor) => new InterceptingCallInvoker(inner, interceptor));

    /// <summary>Starts calls on a channel through interceptors, the first of them outermost.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="interceptors">The interceptors.</param>
    public static CallInvoker Intercept(this ChannelBase channel, params Interceptor[] interceptors) => channel.CreateCallInvoker().Intercept(interceptors);
}
