// What a vendor's own client makes of a provider's stream: node sdk_reply.mjs PROVIDER BASE_URL, one JSON object on stdout:
// {text, calls: [{name, arguments}], stop} or {error}.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { Ollama } from "ollama";

const [provider, base] = process.argv.slice(2);
const messages = [{ role: "user", content: "Go." }];
const parsed = (text) => (text === "" ? {} : JSON.parse(text));

const clients = {
  async anthropic() {
    const client = new Anthropic({ apiKey: "sk-test", baseURL: base, maxRetries: 0 });
    const reply = await client.messages.stream({ model: "m", max_tokens: 100, messages }).finalMessage();
    const of = (type) => reply.content.filter((block) => block.type === type);
    return { text: of("text").map((block) => block.text).join(""), calls: of("tool_use").map((block) => ({ name: block.name, arguments: block.input })), stop: reply.stop_reason };
  },
  async openai() {
    const client = new OpenAI({ apiKey: "sk-test", baseURL: base, maxRetries: 0 });
    const reply = await client.chat.completions.stream({ model: "m", messages }).finalChatCompletion();
    const { message, finish_reason } = reply.choices[0];
    const calls = (message.tool_calls ?? []).map((call) => ({ name: call.function.name, arguments: parsed(call.function.arguments) }));
    return { text: message.content ?? "", calls, stop: finish_reason };
  },
  async "openai-responses"() {
    const client = new OpenAI({ apiKey: "sk-test", baseURL: base, maxRetries: 0 });
    const reply = await client.responses.stream({ model: "m", input: "Go." }).finalResponse();
    const calls = reply.output.filter((item) => item.type === "function_call");
    return { text: reply.output_text ?? "", calls: calls.map((call) => ({ name: call.name, arguments: parsed(call.arguments) })), stop: reply.status };
  },
  async ollama() {
    let text = "", calls = [], stop = null;
    for await (const part of await new Ollama({ host: base }).chat({ model: "m", messages, stream: true })) {
      text += part.message.content;
      calls = calls.concat((part.message.tool_calls ?? []).map((call) => call.function));
      stop = part.done_reason ?? stop;
    }
    return { text, calls: calls.map(({ name, arguments: given }) => ({ name, arguments: given })), stop };
  },
};

try {
  console.log(JSON.stringify(await clients[provider]()));
} catch (error) {
  console.log(JSON.stringify({ error: String(error) }));
}
