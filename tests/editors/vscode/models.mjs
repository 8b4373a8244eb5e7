// Stand-ins for models. Each gives the settings that lead to it.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';

/// Settings with which every run waits for an answer that never comes: connections are taken, and nothing is said.
export async function silentModel() {
  const server = createServer(() => undefined);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    settings: { 'countersign.provider': 'ollama', 'countersign.model': 'silent', 'countersign.base_url': `http://127.0.0.1:${port}` },
    close: () => server.close(),
  };
}

/// A model that says the same to everybody and calls no tool, spoken to as OpenAI's. `requests` has the headers of each request.
export async function talkingModel(said) {
  const requests = [];
  const server = createHttpServer((request, response) => {
    requests.push(request.headers);
    request.resume();
    const chunk = (fields) => response.write(`data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5-mini', ...fields })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: said }, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    chunk({ choices: [], usage: { prompt_tokens: 40000, completion_tokens: 1000, total_tokens: 41000 } });
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    settings: { 'countersign.provider': 'openai', 'countersign.model': 'gpt-5-mini', 'countersign.base_url': `http://127.0.0.1:${port}/v1` },
    requests,
    close: () => server.close(),
  };
}
