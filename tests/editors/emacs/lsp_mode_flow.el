;;; lsp_mode_flow.el --- The way of flow.el with lsp-mode, beside clangd  -*- lexical-binding: t -*-

;; FLOW_BEFORE says what happens before the decision: nothing, a "crash", text in a buffer "unseen" by any server, or the source made "read-only".
;; FLOW_CLANGD is the other server.

;;; Code:

(load (expand-file-name "tests/editors/emacs/flow.el" (getenv "FLOW_REPOSITORY")) nil t)
(add-to-list 'load-path (expand-file-name "editors/emacs" (getenv "FLOW_REPOSITORY")))
(setq lsp-session-file (expand-file-name "lsp-session" (getenv "HOME")))
(load "lsp-mode-autoloads" nil t) ; as installed packages have them
(require 'countersign-lsp-mode)
(setq countersign-command (list (getenv "COUNTERSIGN") "lsp")
      lsp-clients-clangd-executable (getenv "FLOW_CLANGD")
      lsp-auto-guess-root t             ; else it asks for one key
      lsp-enable-snippet nil lsp-completion-provider :none lsp-diagnostics-provider :none)

(defun flow-lsp-server (id)
  "The process of the client ID that serves this buffer, once it is ready."
  (cl-find-if (lambda (workspace)
                (and (eq id (lsp--workspace-server-id workspace)) (eq 'initialized (lsp--workspace-status workspace))))
              (lsp-workspaces)))

(advice-add 'lsp--window-show-message :before
            (lambda (workspace params)
              (when (eq 'countersign (lsp--workspace-server-id workspace))
                (push (lsp:show-message-request-params-message params) flow-messages))))

(defvar flow-errors nil)
(advice-add 'lsp--error :before (lambda (format &rest arguments) (push (apply #'format format arguments) flow-errors)))

(setq flow-actions (lambda () (call-interactively #'lsp-execute-code-action))
      flow-undo-command #'countersign-lsp-undo
      flow-server (lambda () (flow-lsp-server 'countersign)))

(defun flow-crash ()
  "The server dies; the person has it started again."
  (let ((dead (flow-lsp-server 'countersign))
        (document (find-buffer-visiting (flow-document (alist-get 'proposal flow-report)))))
    (cl-letf (((symbol-function 'y-or-n-p) (lambda (question) (push question flow-questions) t)))
      (signal-process (lsp--workspace-cmd-proc dead) 9)
      (flow-wait "the question" (lambda () flow-questions)))
    (dolist (buffer (list flow-source document))
      (with-current-buffer buffer
        (flow-wait "another process" (lambda () (let ((now (flow-lsp-server 'countersign))) (and now (not (eq now dead))))))))))

(defun flow-unseen ()
  "The person has begun the proposed file by hand, and no server was told."
  (with-current-buffer (find-file-noselect (expand-file-name "tests/clamp_test.cpp" (file-name-directory (getenv "FLOW_FILE"))))
    (insert "// mine\n")))

(defun flow-read-only ()
  (with-current-buffer flow-source (setq buffer-read-only t))
  (flow-note 'no_folder (countersign-lsp--refusal (flow-lsp-server 'countersign) (expand-file-name "nowhere/a.cpp"))))

;; lsp-mode 9.0 saves a new file's buffer when it first serves it, which it may come to after `lsp' returned; 8.0 has nothing of it.
(defvar lsp-auto-touch-files t)

(defun flow-shown ()
  "The files in the windows."
  (delq nil (mapcar (lambda (window) (buffer-file-name (window-buffer window))) (window-list))))

(defun flow-others ()
  "Names and texts of other buffers that are not saved, with who serves them."
  (cl-loop for buffer in (buffer-list)
           when (and (buffer-file-name buffer) (buffer-modified-p buffer) (not (eq buffer flow-source)))
           collect (with-current-buffer buffer
                     (list (buffer-name) (buffer-string) (mapcar #'lsp--workspace-server-id (lsp-workspaces)) (flow-truth lsp-auto-touch-files)))))

(defun flow-missing ()
  "The program is not there, in two files; then it is."
  (setq countersign-command '("countersign-that-is-not-there" "lsp"))
  (dolist (name '("clamp.cpp" "report.cpp"))
    (find-file name)
    (lsp)
    (flow-wait "the other server" (lambda () (flow-lsp-server 'clangd))))
  (flow-note 'warnings (with-current-buffer "*Warnings*" (buffer-string)))
  (setq countersign-command (list (getenv "COUNTERSIGN") "lsp"))
  (lsp)
  (flow-wait "the server" (lambda () (flow-lsp-server 'countersign)))
  (setq flow-source (current-buffer))
  (insert "\n")
  (flow-end))

(condition-case problem
    (progn
      (when (getenv "FLOW_MISSING")
        (flow-missing))
      (flow-open)
      (lsp)
      (flow-wait "the servers" (lambda () (cl-every #'flow-lsp-server '(clangd countersign))))
      (flow-run (pcase (getenv "FLOW_BEFORE")
                  ("crash" #'flow-crash)
                  ("unseen" #'flow-unseen)
                  ("read-only" #'flow-read-only)))
      (flow-note 'shown_documents (vconcat (flow-shown)))
      (flow-note 'errors (vconcat flow-errors))
      (flow-note 'others (vconcat (mapcar #'vconcat (flow-others))))
      (flow-end))
  (error (flow-fail "%S" problem)))
;;; lsp_mode_flow.el ends here
