using System.CommandLine;
using Evidence.Network.Demo;

var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
return await DemoCommand.Make(TimeProvider.System).Parse(args).InvokeAsync(invocation);
